"""Checks of the identities that policies name."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.kinds.reasons import REASON, is_explained
from components.security.checks.everybody import everybody, told
from components.security.selection import selected_labels, targets
from components.security.whole.scope import action_of, gateway_pods, known_pods
from components.services.names import CLUSTER_DOMAIN
from components.settings.problems import Problem
from components.settings.wording import shown, suggestion
from components.traffic.model import TrafficModel
from components.traffic.names import WITHIN
from components.traffic.part import Part

_LISTS = ("principals", "notPrincipals")
_NAMESPACES = ("namespaces", "notNamespaces")


def identity_problems(model: TrafficModel) -> Iterator[Problem]:
    """Principals of other trust domains, of namespaces that are nearly those of the stack, and everybody's."""
    for part in model.security("AuthorizationPolicy"):
        if not part.given or not part.judged:
            continue
        for rule in part.spec.at("rules"):
            for node in _principals(rule):
                yield from _domain_problems(model, node)
                yield from _namespace_problems(model, node, _namespace_of(node.text or ""))
            for node in _namespaces(rule):
                yield from _namespace_problems(model, node, node.text or "")
        if model.production and action_of(part) == "ALLOW":
            yield from _everybody_problems(model, part)


def _principals(rule: Node) -> Iterator[Node]:
    for source in rule.at("from"):
        yield from (one for key in _LISTS for one in source.at("source", key))
    for condition in rule.at("when"):
        if condition.at("key").text == "source.principal":
            yield from (one for key in ("values", "notValues") for one in condition.at(key))


def _namespaces(rule: Node) -> Iterator[Node]:
    for source in rule.at("from"):
        yield from (one for key in _NAMESPACES for one in source.at("source", key))
    for condition in rule.at("when"):
        if condition.at("key").text == "source.namespace":
            yield from (one for key in ("values", "notValues") for one in condition.at(key))


def _namespace_of(principal: str) -> str:
    parts = principal.split("/")
    return parts[2] if len(parts) == 5 and parts[1] == "ns" else ""


def _domain_problems(model: TrafficModel, node: Node) -> Iterator[Problem]:
    """A trust domain that is neither the mesh's own nor one of its aliases; `cluster.local` stands for the own one.

    Source: ReplaceTrustDomainAliases in pilot/pkg/security/trustdomain/bundle.go of Istio. Where further roots of trust
    are declared (meshConfig.caCertificates), others may be meant.
    """
    domain, _, rest = (node.text or "").partition("/")
    own = (*model.trust_domains, CLUSTER_DOMAIN)
    if not rest.startswith("ns/") or "*" in domain or domain in own or model.federated:
        return
    yield node.problem(
        f"{shown(node.text)} is of the trust domain '{domain}', and this mesh is {model.trust_domains[0]}, so that it "
        "matches nobody",
        f"Write '{model.trust_domains[0]}/{rest}', or add the domain to meshConfig.trustDomainAliases",
    )


def _namespace_problems(model: TrafficModel, node: Node, namespace: str) -> Iterator[Problem]:
    """A namespace that the stack does not have, but nearly. Others may well be there, deployed by somebody else."""
    if not namespace or "*" in namespace or namespace in model.own_namespaces or not model.whole():
        return
    meant = suggestion(namespace, sorted(model.own_namespaces))
    if meant and abs(len(meant) - len(namespace)) <= 1:
        yield node.problem(
            f"nothing in the stack declares the namespace '{namespace}' (a rule of this project)",
            f"Did you mean '{meant}'? If not, declare it in mesh.namespaces with `create: false`",
        )


def _everybody_problems(model: TrafficModel, part: Part) -> Iterator[Problem]:
    """ALLOW for everybody without a word about why; but a gateway is there to be reached by those it does not know."""
    if is_explained(part.resource.node):
        return
    edge = _only_gateways(model, part)
    for rule in part.spec.at("rules"):
        for node in everybody(rule, [one.at("source") for one in rule.at("from")]):
            if node.text is not None or not edge:
                yield part.problem(
                    node,
                    f"{told(node)}, which production refuses (a rule of this project)",
                    "Name who may call: principals, namespaces or service accounts; or say why in the annotation "
                    f"{REASON}",
                )


def _only_gateways(model: TrafficModel, part: Part) -> bool:
    """Whether a policy is for gateways of mesh.gateways, or of the Gateway API, and for nothing else."""
    references = targets(part)
    if references:
        known = [one for one in model.gateway_api("Gateway") if one.namespace == part.namespace]
        edges = [one.name for one in known if one.spec.at("gatewayClassName").text not in WITHIN]
        return all(one.at("kind").text == "Gateway" and one.at("name").text in edges for one in references)
    chosen = bool(selected_labels(part)) and any(gateway_pods(model, part))
    return chosen and not any(known_pods(model, part))
