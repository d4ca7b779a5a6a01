"""Checks of EnvoyFilter: whether applyTo, match and patch fit together. Values are not read as Envoy reads them."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.kinds.resource import Resource
from components.settings.problems import Problem
from components.settings.wording import either, shown
from components.traffic.checks.envoy_names import HTTP_CONNECTION_MANAGER, OWN_FILTERS, RENAMED
from components.traffic.checks.policy_targets import selector_problems
from components.traffic.checks.values import regex_problems

_MATCHES = {
    **dict.fromkeys(("LISTENER", "FILTER_CHAIN", "NETWORK_FILTER", "HTTP_FILTER", "LISTENER_FILTER"), "listener"),
    **dict.fromkeys(("ROUTE_CONFIGURATION", "VIRTUAL_HOST", "HTTP_ROUTE"), "routeConfiguration"),
    "CLUSTER": "cluster",
}
"""By applyTo: the only match that it takes."""

_INSERTS = ("INSERT_BEFORE", "INSERT_AFTER", "INSERT_FIRST")
_FILTER_OPERATIONS = ("MERGE", "ADD", "REMOVE", *_INSERTS, "REPLACE")
_OPERATIONS = {
    **dict.fromkeys(("LISTENER_FILTER", "NETWORK_FILTER", "HTTP_FILTER"), _FILTER_OPERATIONS),
    **dict.fromkeys(("LISTENER", "FILTER_CHAIN", "CLUSTER"), ("MERGE", "ADD", "REMOVE")),
    "ROUTE_CONFIGURATION": ("MERGE",),
    "VIRTUAL_HOST": ("MERGE", "ADD", "REMOVE", "REPLACE"),
    "HTTP_ROUTE": ("MERGE", "ADD", "REMOVE", *_INSERTS),
    "EXTENSION_CONFIG": ("ADD",),
    "BOOTSTRAP": ("MERGE",),
}
"""By applyTo: the operations that istiod carries out; others it ignores without a word."""

_FILTERS = ("LISTENER_FILTER", "NETWORK_FILTER", "HTTP_FILTER")
_RELATIVE = ("INSERT_BEFORE", "INSERT_AFTER", "REPLACE", "REMOVE")


def envoy_filter_problems(resource: Resource) -> Iterator[Problem]:
    """An EnvoyFilter that Istio refuses or warns about, or a part of which it would ignore.

    Source: ValidateEnvoyFilter of Istio's pkg/config/validation/envoyfilter, and the CRD's own rules.
    """
    spec = resource.spec
    yield from selector_problems(spec.at("workloadSelector"), "labels")
    for patch in spec.at("configPatches"):
        yield from config_patch_problems(patch, priority=spec.at("priority").whole or 0)


def config_patch_problems(entry: Node, *, priority: int = 0) -> Iterator[Problem]:
    """One entry of configPatches; `priority` is that of its EnvoyFilter."""
    apply_to = entry.at("applyTo")
    if apply_to.text in (None, "INVALID"):
        yield apply_to.problem("required, but missing", "Say what is patched, for example `applyTo: HTTP_FILTER`")
        return
    yield from _match_problems(entry, apply_to.text or "")
    yield from _operation_problems(entry, apply_to.text or "")
    yield from _order_problems(entry, apply_to.text or "", priority)


def _match_problems(entry: Node, apply_to: str) -> Iterator[Problem]:
    match = entry.at("match")
    waypoint = match.at("context").text == "WAYPOINT"
    if waypoint != match.has("waypoint"):
        yield (match.at("context") if waypoint else match.at("waypoint")).problem(
            "the context WAYPOINT and the match `waypoint` need each other", "Set both, or none of them"
        )
        return
    if waypoint:
        return  # Istio checks these no further.
    wanted = _MATCHES.get(apply_to)
    for key in ("listener", "routeConfiguration", "cluster"):
        if match.has(key) and wanted and key != wanted:
            yield match.at(key).problem(f"does not go with `applyTo: {apply_to}`", f"Match by `{wanted}`, or remove it")
    yield from regex_problems(match.at("proxy", "proxyVersion"))
    if wanted == "listener":
        yield from filter_match_problems(match.at("listener", "filterChain", "filter"), apply_to)
        yield from _renamed_problems(match.at("listener", "listenerFilter"))


def filter_match_problems(chosen: Node, apply_to: str) -> Iterator[Problem]:
    """A match by a network filter, and by an HTTP filter within it.

    Source: validateEnvoyFilter and validateListenerMatchName of Istio's pkg/config/validation/envoyfilter, and
    pkg/config/xds/deprecated.go for the names. Istio only warns of a match without effect and of old names.
    """
    if not chosen.given:
        return
    name, inner = chosen.at("name"), chosen.at("subFilter")
    if apply_to in ("LISTENER", "FILTER_CHAIN"):
        yield chosen.problem(f"has no effect with `applyTo: {apply_to}`", "Remove it")
    if not name.text:
        yield name.problem("required, but missing", f"For example: `name: {HTTP_CONNECTION_MANAGER}`")
        return
    if inner.given and apply_to != "HTTP_FILTER":
        yield inner.problem("goes only with `applyTo: HTTP_FILTER`", "Remove it, or patch HTTP_FILTER")
    elif inner.given and RENAMED.get(name.text, name.text) != HTTP_CONNECTION_MANAGER:
        yield name.problem(
            f"{shown(name.text)} has no HTTP filters within it, which subFilter matches",
            f"Use {HTTP_CONNECTION_MANAGER}",
        )
    elif inner.given and not inner.at("name").text:
        yield inner.at("name").problem("required, but missing", "For example: `name: envoy.filters.http.router`")
    yield from _renamed_problems(name)
    yield from _renamed_problems(inner.at("name"))


def _renamed_problems(name: Node) -> Iterator[Problem]:
    if name.text in RENAMED:
        yield name.problem(f"'{name.text}' is an old name of the filter", f"Use {RENAMED[name.text or '']}")


def _operation_problems(entry: Node, apply_to: str) -> Iterator[Problem]:
    """An operation that istiod knows for what is patched, with the value it needs.

    Source: pilot/pkg/networking/core/envoyfilter. The analyzers IST0152 to IST0154 know fewer operations than are
    carried out there, and so are not followed.
    """
    patch = entry.at("patch")
    operation, value = patch.at("operation"), patch.at("value")
    known = _OPERATIONS.get(apply_to, ())
    if not patch.given:
        yield patch.problem("required, but missing", "Add it, for example `patch: {operation: MERGE, value: {...}}`")
    elif operation.text in (None, "INVALID"):
        yield operation.problem("required, but missing", f"Use {either(known)}")
    elif known and operation.text not in known:
        yield operation.problem(
            f"'{operation.text}' is ignored by istiod with `applyTo: {apply_to}`", f"Use {either(known)}"
        )
    elif operation.text != "REMOVE" and not value.given:
        yield value.problem(
            f"required for the operation {operation.text}, but missing", "Give what is to be patched in"
        )
    elif apply_to in _FILTERS and operation.text in ("ADD", *_INSERTS, "REPLACE"):
        yield from filter_value_problems(value)
    yield from _type_problems(value)


def filter_value_problems(value: Node) -> Iterator[Problem]:
    """A filter that is put in: with a name, and with its configuration in the form that Envoy still reads.

    Source: validateMissingTypedConfigFilterTypes of Istio's pkg/config/validation/envoyfilter.
    """
    if not value.at("name").text:
        yield value.at("name").problem("required, but missing", "Name the filter, for example 'envoy.filters.http.lua'")
    if value.has("config"):
        yield value.at("config").problem("is of Envoy's API v2, which is gone", "Use typed_config, with its '@type'")
    elif not any(value.has(key) for key in ("typed_config", "typedConfig", "config_discovery", "configDiscovery")):
        yield value.at("typed_config").problem(
            "required, but missing; Envoy no longer finds a filter by its name alone", "Add it, with its '@type'"
        )


def _type_problems(value: Node) -> Iterator[Problem]:
    """Types that are missing or of Envoy's API v2, at any depth of a value."""
    for key, inner in [*value.entries, *((str(index), one) for index, one in enumerate(value))]:
        kind = inner.at("@type")
        if key in ("typed_config", "typedConfig") and not kind.text:
            yield kind.problem("required, but missing", "Say which type it is: 'type.googleapis.com/envoy...'")
        if kind.text and (".v2." in kind.text or ".v2alpha." in kind.text):
            yield kind.problem(f"{shown(kind.text)} is of Envoy's API v2, which is gone", "Use the type of the API v3")
        yield from _type_problems(inner)


def _order_problems(entry: Node, apply_to: str, priority: int) -> Iterator[Problem]:
    """A place relative to a filter that istiod does not write itself, without a priority.

    Such a filter comes from another EnvoyFilter, and which of the two is applied first is then an accident of their
    age (IST0151). Next to filters of Istio's own the warning has no cause, so that it is not given there.
    """
    operation, match = entry.at("patch", "operation"), entry.at("match", "listener")
    if priority or apply_to not in _FILTERS or operation.text not in _RELATIVE:
        return
    chosen = match.at("filterChain", "filter")
    anchor = {
        "HTTP_FILTER": chosen.at("subFilter", "name"),
        "NETWORK_FILTER": chosen.at("name"),
        "LISTENER_FILTER": match.at("listenerFilter"),
    }[apply_to]
    if anchor.text and RENAMED.get(anchor.text, anchor.text) not in OWN_FILTERS:
        yield operation.problem(
            f"'{operation.text}' is relative to {shown(anchor.text)}, which is not a filter of Istio's own, so that "
            "the order of the EnvoyFilters decides",
            "Set `priority` above that of the EnvoyFilter which adds it",
        )
