"""The control API of the stand-ins: what the agent answers, and the client by which a test asks it."""

from collections.abc import Mapping
from typing import Any, Self

import httpx

from lab.agent.behaviour import Behaviour, Play, Selection
from lab.authorities import public_authorities
from lab.layout import LabLayout


class Controls:
    """The agent's side. A body is a JSON object; `select` says which stand-ins are meant.

    Raises:
        pydantic.ValidationError: the body is not understood; the agent answers 400 with the reason.
    """

    def __init__(self, play: Play) -> None:
        self._play = play

    def behave(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """POST /stand-ins/behave: `behaviour` for `select`; without a behaviour, none any more."""
        wanted = asked.get("behaviour")
        behaviour = None if wanted is None else Behaviour.model_validate(wanted)
        self._play.behave(_selection(asked), behaviour)
        return {}

    def requests(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """POST /stand-ins/requests: what the stand-ins of `select` were asked."""
        return {"stand_ins": self._play.pages(_selection(asked))}

    def forget(self, _asked: Mapping[str, Any]) -> dict[str, Any]:
        """POST /stand-ins/forget: every behaviour and every count."""
        self._play.forget()
        return {}


def _selection(asked: Mapping[str, Any]) -> Selection:
    return Selection.model_validate(asked.get("select") or {})


class StandInControl:
    """The client's side, for the lab of `layout`. Used as a context, it starts and ends with everything forgotten.

    Selections are keywords, in the words of the stand-ins' answers: service, version, pod, namespace.

    Raises:
        httpx.HTTPError: the agent does not answer, or does not understand.
    """

    def __init__(self, layout: LabLayout) -> None:
        self._url = f"http://127.0.0.1:{layout.port('agent')}/stand-ins"

    def __enter__(self) -> Self:
        """Begin with nothing set and nothing counted."""
        self.forget()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing set, and nothing held."""
        self.forget()

    def behave(self, behaviour: Behaviour | None, **selection: str) -> None:
        """Let the selected stand-ins behave like this; None ends it, and answers what was held."""
        wanted = None if behaviour is None else behaviour.model_dump(exclude_defaults=True)
        self._ask("behave", {"select": selection, "behaviour": wanted})

    def requests(self, **selection: str) -> list[dict[str, Any]]:
        """For each selected stand-in that was asked: who it is, `count`, `held`, `paths` and the `last` ones."""
        return self._ask("requests", {"select": selection})["stand_ins"]

    def count(self, **selection: str) -> int:
        """How many requests the selected stand-ins got."""
        return sum(one["count"] for one in self.requests(**selection))

    def forget(self) -> None:
        """Take back every behaviour and drop every count."""
        self._ask("forget", {})

    def _ask(self, verb: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = httpx.post(f"{self._url}/{verb}", json=body, trust_env=False, verify=public_authorities())
        answer.raise_for_status()
        return answer.json()
