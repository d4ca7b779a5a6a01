"""The kinds that a stack file may hold: Istio's, and those of the Gateway API that Istio reads."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from components.kinds.node import Node
from components.settings.codes import Code
from components.settings.problems import Problem
from components.settings.wording import either, listed, shown, suggestion


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of one API group."""

    group: str
    kind: str
    plural: str
    versions: tuple[str, ...]
    """Every version at which the kind was ever served, oldest first.

    Fields are checked as the newest one has them. Where versions differ it is in rules only: a TLSRoute needs hostnames
    from v1alpha3 on.
    """
    namespaced: bool = True

    @property
    def api_version(self) -> str:
        """The newest version served, which is the one that is written to the cluster."""
        return f"{self.group}/{self.versions[-1]}"

    @property
    def key(self) -> tuple[str, str]:
        """Group and kind, by which checks of meaning are found."""
        return self.group, self.kind


@cache
def kinds() -> Mapping[tuple[str, str], Kind]:
    """Every kind by group and name, in the order of kinds.json.

    Source: the CRDs of the pinned Istio and Gateway API; versions that are no longer served come from their history.
    """
    text = resources.files(__package__ or "").joinpath("kinds.json").read_text(encoding="utf-8")
    found = [Kind(**(row | {"versions": tuple(row["versions"])})) for row in json.loads(text)]
    return {one.key: one for one in found}


def kind_of(api_version: str, kind: str) -> Kind | None:
    """The kind of an object; None when there is no such kind, or it was never served at this version."""
    group, _, version = api_version.partition("/")
    found = kinds().get((group, kind))
    return found if found and version in found.versions else None


def kind_problems(resource: Node) -> Iterator[Problem]:
    """Why the apiVersion and kind of a whole object name no kind that the program knows; nothing when they do."""
    api_version, kind = resource.at("apiVersion"), resource.at("kind")
    if api_version.text is None or kind.text is None or kind_of(api_version.text, kind.text):
        return
    group, _, version = api_version.text.partition("/")
    homes = [one for one in kinds().values() if one.kind == kind.text]
    if not homes:
        names = list(dict.fromkeys(name for _, name in kinds()))
        meant = suggestion(kind.text, names)
        yield kind.problem(
            f"{shown(kind.text)} is not a kind of Istio or of the Gateway API that a stack file takes",
            f"Did you mean '{meant}'?" if meant else f"Choose one of {', '.join(names)}",
            Code.NOT_ONE_OF,
        )
        return
    home = next((one for one in homes if one.group == group), None)
    if home is None:
        yield api_version.problem(
            f"{shown(api_version.text)} has no kind {kind.text}",
            f"Write {either([one.api_version for one in homes])}",
            Code.NOT_ONE_OF,
        )
        return
    yield api_version.problem(
        f"{kind.text} was never served at version {shown(version)}, but at {listed(home.versions)}",
        f"Write {home.api_version}",
        Code.NOT_ONE_OF,
    )
