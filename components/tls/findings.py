"""What the checks of certificates and keys have to say."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something about one of several texts; it never repeats a word of the text."""

    field: str
    """Which text: the field of the stack file that names its configuration key, such as certKey."""
    rule: str
    fix: str
    warning: bool = False
    """Whether the certificate works all the same."""


class UnreadableError(Exception):
    """A text that is not what it should be."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.rule)
