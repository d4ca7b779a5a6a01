"""What to do with a mesh that has just been deployed, as text for people."""

from collections.abc import Iterator, Mapping

from components.gateways.asking import asking
from components.gateways.endpoint import Endpoint
from components.namespaces.settings import Injection
from components.observability.addons.endpoints import dashboards, external_urls
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings
from components.tls.references import placements

with imported_when_used():
    from components.security.authorization.settings import Stage
    from components.services.pod_metadata import printed_metadata
    from components.tls.settings import ExistingTls


def next_steps(settings: MeshSettings, gateways: Mapping[str, Endpoint]) -> list[str]:
    """One sentence or command for each step, in a sensible order; nothing in it is meant for programs."""
    sample = settings.samples.bookinfo
    steps = [*_certificates(settings)]
    for name, endpoint in gateways.items():
        if endpoint["url"] is None:
            steps.append(f"Find the address of {name}: kubectl -n {endpoint['namespace']} get service {name} -o wide")
        elif sample and sample.gateway == name:
            asked = asking(endpoint["url"], [*sample.hosts, *settings.gateways[name].servers[0].hosts])
            steps.append(f"Ask the sample through {name}: {asked}/productpage")
        else:
            asked = asking(endpoint["url"], settings.gateways[name].servers[0].hosts)
            steps.append(f"Route something to {name} by a VirtualService, and ask it: {asked}")
    if not any(one.injection not in {None, Injection.DISABLED} for one in settings.namespaces.values()):
        steps.append("Take a namespace into the mesh: namespaces.NAME.injection: enabled")
    steps += [
        f"Write what `pulumi stack output podMetadata` says of {key} into spec.template.metadata of its Deployments, "
        f"or name them in services.{key}.proxy.deployments"
        for key in printed_metadata(settings)
    ]
    steps += _authorization(settings)
    if pages := [*dashboards(settings.addons), *external_urls(settings.addons)]:
        steps.append(f"Look into the mesh: ./mesh dashboard {'|'.join(sorted(pages))} (--login shows the login)")
    steps.append("See what a change would do: pulumi preview")
    return steps


def _certificates(settings: MeshSettings) -> Iterator[str]:
    """The Secrets that somebody else keeps: a deployment goes through without them, and only a visitor would notice.

    Envoy takes a Secret whenever it comes, without a restart.
    """
    mutual = {
        (server.tls.credential, gateway.namespace)
        for gateway in settings.gateways.values()
        for server in gateway.servers
        if server.tls and server.tls.mode and server.tls.mode.verifies_clients
    }
    for one in placements(settings):
        entry = settings.tls[one.name]
        if isinstance(entry, ExistingTls):
            made = f"tls {entry.secret_name} --cert=tls.crt --key=tls.key"
            if (one.name, one.namespace) in mutual:
                made = f"generic {entry.secret_name} --from-file=tls.crt --from-file=tls.key --from-file=ca.crt"
            # Pulumi cuts a text off after 150 characters when it shows a deployment's outputs.
            yield (
                f"Unless it is there, make the Secret for TLS of {', '.join(one.hosts) or 'all hosts'}: "
                f"kubectl -n {one.namespace} create secret {made}"
            )


def _authorization(settings: MeshSettings) -> list[str]:
    """In which stage authorization is, and the next one; nothing once all of it is in effect."""
    authorization = settings.authorization
    if authorization is None:
        return (
            ["Say who may call whom: authorization: {stage: audit, defaultDeny: namespaces}"]
            if settings.services
            else []
        )
    stages = {name: one.stage for name, one in authorization.namespaces.items() if one.stage}
    tried = sorted(name for name, stage in stages.items() if stage is Stage.AUDIT)
    where = "is only tried" if authorization.stage is Stage.AUDIT else f"is only tried in {', '.join(tried)}"
    if authorization.stage is Stage.ENFORCE and not tried:
        return []
    return [f"Authorization {where}: look for what would be refused, then enforce it (docs/security.md)"]
