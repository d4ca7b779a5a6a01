"""Every object that the program registers for a stack beside Helm releases; a test compares them with the program."""

from collections.abc import Iterator, Mapping
from itertools import chain

from components.control_plane.trust_bundles import CONFIG_MAPS
from components.gateways.specs import gateway_manifests
from components.kinds.catalog import kinds
from components.namespaces.specs import foreign_namespaces, limits_manifest, mesh_namespaces, quota_manifest
from components.observability.addons.charts import installed_addons
from components.observability.addons.jaeger.settings import InstalledJaeger
from components.observability.addons.jaeger.values import trace_volume
from components.observability.addons.names import GRAFANA_ADMIN_SECRET, KIALI_SIGNING_SECRET
from components.observability.alerts.routing import configuration_secret
from components.observability.alerts.specs import prometheus_rules
from components.observability.dashboards.specs import dashboard_manifests
from components.observability.monitors.specs import mesh_monitors
from components.observability.operator import operator_home
from components.platform.manifest import Manifest
from components.resources.specs import resource_manifest
from components.samples.bookinfo.catalog import bookinfo_catalog
from components.samples.bookinfo.routes import bookinfo_traffic
from components.samples.bookinfo.specs import bookinfo_workloads
from components.security.mtls.specs import mtls_policies
from components.security.network_policies.specs import network_policies
from components.security.roles.specs import role_manifests
from components.services.pod_metadata import deployment_patches
from components.services.specs import derived
from components.settings.mesh import MeshSettings
from components.tls.references import placements, secret_names
from components.tls.settings import CertManagerTls, ExistingTls
from components.tls.specs import certificate_manifest


def own_objects(settings: MeshSettings) -> Iterator[Manifest]:
    """What is created, changed and deleted. Of Secrets, there is no content."""
    yield from _namespaces(settings)
    yield from mtls_policies(settings.mtls, settings.control_plane.namespace).values()
    yield from role_manifests(settings).values()
    yield from network_policies(settings).values()
    yield from _certificates(settings)
    for name, gateway in settings.gateways.items():
        yield from gateway_manifests(name, gateway, secret_names(settings)).values()
    yield from (resource_manifest(one, settings.istio.version) for one in settings.resources)
    yield from (one.manifest for one in derived(settings))
    yield from _observability(settings)
    if sample := settings.samples.bookinfo:
        yield from bookinfo_workloads(bookinfo_catalog(), sample.namespace).values()
        home = settings.gateways[sample.gateway].namespace
        yield from bookinfo_traffic(sample, home, settings.services).values()


def patched_objects(settings: MeshSettings) -> Iterator[Manifest]:
    """What is of somebody else and only gets fields: labelled namespaces, trust bundles and the pods of services."""
    labelled = (name for name, one in mesh_namespaces(settings).items() if not one.create)
    bundles = (_object("ConfigMap", name, one) for one in foreign_namespaces(settings) for name in CONFIG_MAPS)
    return chain((_object("Namespace", name) for name in labelled), bundles, deployment_patches(settings))


def plural(manifest: Manifest) -> tuple[str, str]:
    """The API group of an object and the name of its kind in addresses and rights, by Kubernetes' rule for its own."""
    group, kind = str(manifest["apiVersion"]).rpartition("/")[0], str(manifest["kind"])
    if known := kinds().get((group, kind)):
        return group, known.plural
    lower = kind.lower()
    return group, f"{lower[:-1]}ies" if lower.endswith("y") else f"{lower}s"


def _namespaces(settings: MeshSettings) -> Iterator[Manifest]:
    for name, namespace in mesh_namespaces(settings).items():
        if namespace.create:
            yield _object("Namespace", name)
        yield from filter(None, (quota_manifest(name, namespace), limits_manifest(name, namespace)))


def _certificates(settings: MeshSettings) -> Iterator[Manifest]:
    if settings.certificate_authority:
        yield _object("Secret", "cacerts", settings.control_plane.namespace)
    for place in placements(settings):
        entry = settings.tls[place.name]
        if isinstance(entry, CertManagerTls):
            yield certificate_manifest(entry, place)
        elif not isinstance(entry, ExistingTls):
            yield _object("Secret", place.name, place.namespace)


def _observability(settings: MeshSettings) -> Iterator[Manifest]:
    installed, namespace = installed_addons(settings.addons), settings.addons.namespace
    secrets: Mapping[str, str] = {"grafana": GRAFANA_ADMIN_SECRET, "kiali": KIALI_SIGNING_SECRET}
    yield from (_object("Secret", name, namespace) for addon, name in secrets.items() if addon in installed)
    jaeger = installed.get("jaeger")
    if isinstance(jaeger, InstalledJaeger) and (volume := trace_volume(jaeger, namespace)):
        yield volume
    yield from dashboard_manifests(settings).values()
    if home := operator_home(settings):
        yield configuration_secret(home.namespace, "")
        yield from mesh_monitors(settings, home).values()
        yield from prometheus_rules(settings, home).values()


def _object(kind: str, name: str, namespace: str | None = None) -> Manifest:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata}
