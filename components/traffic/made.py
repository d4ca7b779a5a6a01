"""The objects that a stack makes from other settings than `resources`, as far as they say something about traffic."""

from collections.abc import Iterator

from components.gateways.specs import gateway_manifests
from components.samples.bookinfo.catalog import bookinfo_catalog
from components.samples.bookinfo.routes import bookinfo_traffic
from components.samples.bookinfo.specs import bookinfo_workloads
from components.security.mtls.specs import mtls_origins, mtls_policies
from components.services.documents import Derived
from components.services.specs import derived
from components.settings.mesh import MeshSettings
from components.tls.references import secret_names


def made_objects(settings: MeshSettings) -> Iterator[Derived]:
    """Every object with the path of its origin; nothing of a sample whose gateway is not there.

    Raises:
        InexpressibleError: routes that cannot be written; the checks find them before.
    """
    yield from derived(settings)
    origins = mtls_origins(settings.mtls)
    for role, manifest in mtls_policies(settings.mtls, settings.control_plane.namespace).items():
        yield Derived(manifest=manifest, origin=origins[role])
    secrets = secret_names(settings)
    for name, gateway in settings.gateways.items():
        for manifest in gateway_manifests(name, gateway, secrets).values():
            yield Derived(manifest=manifest, origin=("gateways", name))
    sample = settings.samples.bookinfo
    if sample and sample.gateway in settings.gateways:
        objects = bookinfo_workloads(bookinfo_catalog(), sample.namespace)
        objects |= bookinfo_traffic(sample, settings.gateways[sample.gateway].namespace, settings.services)
        for manifest in objects.values():
            yield Derived(manifest=manifest, origin=("samples", "bookinfo"))
