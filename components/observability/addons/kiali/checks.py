"""Checks of Kiali."""

from collections.abc import Iterator

from components.observability.addons.budgets import budget_problems
from components.observability.addons.kiali.settings import InstalledKiali, KialiAuth, KialiStrategy
from components.observability.addons.settings import AddonsSettings
from components.settings.problems import Path, Problem

_PATH = ("addons", "kiali")


def kiali_problems(addons: AddonsSettings) -> Iterator[Problem]:
    """Metrics to draw a graph from, and a login that is complete."""
    kiali = addons.kiali
    if not isinstance(kiali, InstalledKiali):
        return
    if addons.prometheus is None:
        yield Problem(
            _PATH,
            "draws the mesh from the metrics of Prometheus, which this mesh does not have",
            "Add addons.prometheus: `{}` installs it, `{kind: external, url: …}` names one that is there",
        )
    yield from _auth_problems(kiali.auth, (*_PATH, "auth", "openid"))
    yield from budget_problems(kiali.pod_disruption_budget, kiali.replicas, _PATH)


def _auth_problems(auth: KialiAuth, path: Path) -> Iterator[Problem]:
    """What the strategy openid needs (kiali.io/docs/configuration/authentication/openid)."""
    given = auth.openid or {}
    if auth.strategy is not KialiStrategy.OPENID:
        if given:
            yield Problem(path, f"has no meaning for the strategy '{auth.strategy}'", "Remove it, or use openid")
        return
    for key in ("client_id", "issuer_uri"):
        if not given.get(key):
            yield Problem((*path, key), "required for the strategy openid", "Add what the identity provider told you")
    if "client_secret" in given:
        yield Problem(
            (*path, "client_secret"),
            "the value, which is not shown, would be in plain, and Kiali does not read it here",
            "Put it into the key `oidc-secret` of the Secret `kiali` in the addons' namespace",
        )
