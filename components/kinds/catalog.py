"""The kinds that a stack file may hold: Istio's, and those of the Gateway API that Istio reads."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from components.kinds.node import Node
from components.platform.versions import minor_of
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
    deployed: tuple[tuple[str, str], ...] = ()
    """The versions that are written to the cluster where these are not the newest one alone: each with the first minor
    version of Istio for which it is, oldest first.

    istiod reads TLSRoutes at v1 from 1.30 on, where it passes over CRDs before Gateway API 1.5, and at v1alpha2 before,
    which only CRDs that serve v1alpha3 as well have. It reads ReferenceGrants at v1beta1, which every CRD serves, and
    v1 only those from 1.5 on. Source: pkg/config/schema/metadata.yaml and crdwatcher.go of Istio's pkg/kube/kclient, at
    1.28.3, 1.29.1 and 1.30.3; config/crd of Gateway API 1.4.0 and 1.5.1.
    """
    namespaced: bool = True
    since: str | None = None
    """The first minor version of Istio that has the kind; None where every supported one does."""

    @property
    def api_version(self) -> str:
        """The newest version that was ever served, as documentation shows the kind."""
        return f"{self.group}/{self.versions[-1]}"

    def api_version_for(self, istio: str) -> str:
        """The version that is written to a cluster with this version of Istio."""
        fitting = [version for since, version in self.deployed if minor_of(since) <= minor_of(istio)]
        return f"{self.group}/{fitting[-1] if fitting else self.versions[-1]}"

    @property
    def api_versions(self) -> tuple[str, ...]:
        """Every version that is written to a cluster with some version of Istio, oldest first."""
        return tuple(f"{self.group}/{version}" for _, version in self.deployed) or (self.api_version,)

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
    found = [_kind(row) for row in json.loads(text)]
    return {one.key: one for one in found}


def _kind(row: dict[str, Any]) -> Kind:
    lists: dict[str, Any] = {"versions": tuple(row["versions"]), "deployed": tuple(row.get("deployed", {}).items())}
    return Kind(**(row | lists))


def kind_of(api_version: str, kind: str) -> Kind | None:
    """The kind of an object; None when there is no such kind, or it was never served at this version."""
    group, _, version = api_version.partition("/")
    found = kinds().get((group, kind))
    return found if found and version in found.versions else None


def missing_kind_problems(kind: Kind, resource: Node, istio: str) -> Iterator[Problem]:
    """Why an object has a kind that this version of Istio does not have yet; its CRD is missing there."""
    if kind.since and minor_of(istio) < minor_of(kind.since):
        yield resource.at("kind").problem(
            f"{kind.kind} is there from Istio {kind.since} on, but istio.version is {istio}",
            "Remove it, or choose a newer istio.version",
        )


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
