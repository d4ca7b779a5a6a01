"""Secrets among the settings that are handed on as they are written."""

from collections.abc import Iterator

from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.secrecy import secret_values

_CHART = "Put it into a Secret of the cluster, and name that in the chart's own words, such as envVarFrom"
_ISTIOD = "Put it into a Secret of the cluster, and name that in istio.extraValues.istiod.envVarFrom"
_PROXY = "Put it into a Secret beside the pods, and mount that with the annotation sidecar.istio.io/userVolume"


def secrets_in_clear(settings: MeshSettings) -> Iterator[Problem]:
    """Tokens and passwords that would lie open in Helm's values, in the cluster and in the state.

    What a value looks like tells it, or its name. The message never repeats it.
    """
    places: tuple[tuple[Path, object, str], ...] = (
        (("istio", "extraValues"), settings.istio.extra_values.model_dump(by_alias=True, mode="json"), _CHART),
        (("controlPlane", "env"), settings.control_plane.env, _ISTIOD),
        (("meshConfig", "defaultConfig", "proxyMetadata"), settings.mesh_config.default_config.proxy_metadata, _PROXY),
    )
    for path, document, fix in places:
        for place in secret_values(document, path):
            yield Problem(
                place, "looks like a secret, and would lie in clear in Helm's values, the cluster and the state", fix
            )
