"""What a rule says against a resource, as a sentence that names place, value and fix."""

from dataclasses import dataclass

from mesh_policies.resources import Path


@dataclass(frozen=True)
class Finding:
    """One mistake: where it is in the resource, what is wrong, what to do about it."""

    path: Path
    problem: str
    fix: str

    def sentence(self, acknowledgement: str | None) -> str:
        """The message; where a policy may be accepted, it says by which annotation."""
        accept = f", or say why not by the annotation {acknowledgement}" if acknowledgement else ""
        return f"{render(self.path)}: {self.problem}. {self.fix}{accept}."


def render(path: Path) -> str:
    """`spec.servers[0].hosts[1]`; keys with dots are put in brackets."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part.replace("-", "").replace("_", "").isalnum():
            text += f".{part}"
        else:
            text += f'["{part}"]'
    return text.removeprefix(".")
