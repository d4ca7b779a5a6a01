"""Deploys the mesh that the stack file describes."""

import pulumi

from components.settings.garbage import kept_to_the_end

with kept_to_the_end():
    from components.platform.preflight import preflight
    from components.platform.provider import cluster_provider
    from components.service_mesh import ServiceMesh
    from components.settings.loader import load_settings, stack_file
    from components.settings.secrets import load_secrets

    settings = load_settings()
    secrets = load_secrets(settings)
    provider = cluster_provider(preflight(settings, stack_file()))
    mesh = ServiceMesh("mesh", settings, secrets, pulumi.ResourceOptions(providers=[provider]))

pulumi.export("meshVersion", mesh.version)
pulumi.export("profile", mesh.profile)
pulumi.export("gateways", mesh.gateways)
pulumi.export("nextSteps", mesh.next_steps)
if mesh.dashboards:
    pulumi.export("dashboards", mesh.dashboards)
if mesh.pod_metadata:
    pulumi.export("podMetadata", mesh.pod_metadata)
