"""Which Helm values of the addons the program sets."""

import pytest

from components.observability.addons.extra_values import known_addon_values
from components.platform.chart_values import leaves
from components.settings.lookup import field_at
from components.settings.mesh import MeshSettings
from tests.observability.addons.stack import demo_addons, production_addons, values_of
from tests.support.stacks import DEMO, settings_of

PLACE: dict[str, object] = {
    "nodeSelector": {"pool": "observability"},
    "tolerations": [{"operator": "Exists"}],
    "resources": {"requests": {"cpu": "1"}},
}
VOLUME = {"size": "10Gi", "storageClassName": "ssd"}
BUDGET = {"minAvailable": 1}
DATABASE = {"type": "postgres", "host": "db:5432", "passwordSecret": {"name": "db"}}
OPENID = {"client_id": "kiali", "issuer_uri": "https://id.example.com"}
OTHERS: dict[str, dict[str, object]] = {
    name: {"kind": "external", "url": f"https://{name}.example.com"} for name in ("prometheus", "jaeger")
}
FULL = [
    production_addons(
        prometheus=PLACE | {"retentionSize": "4GB", "persistence": VOLUME},
        grafana=PLACE | {"persistence": VOLUME, "replicas": 1},
        jaeger=PLACE,
        kiali=PLACE,
    ),
    settings_of(
        DEMO
        | {
            "addons": {
                "prometheus": OTHERS["prometheus"] | {"login": {"kind": "basic", "secret": "metrics"}},
                "grafana": {
                    "url": "https://grafana.example.com",
                    "anonymous": True,
                    "replicas": 2,
                    "podDisruptionBudget": BUDGET,
                    "database": DATABASE,
                },
                "jaeger": OTHERS["jaeger"] | {"login": {"kind": "bearer", "secret": "traces"}},
                "kiali": {"auth": {"strategy": "openid", "openid": OPENID}},
            },
            "alerts": {"operator": {"namespace": "monitoring"}},
        }
    ),
    settings_of(
        DEMO
        | {
            "addons": {
                "prometheus": OTHERS["prometheus"] | {"login": {"kind": "bearer", "secret": "metrics"}},
                "grafana": {},
                "jaeger": OTHERS["jaeger"] | {"login": {"kind": "basic", "secret": "traces"}},
            },
            "dashboards": {"enabled": False},
        }
    ),
    demo_addons(
        prometheus=OTHERS["prometheus"],
        grafana={"kind": "external", "url": "https://grafana.example.com"},
        kiali={},
    ),
]
"""Together they set everything that can be set."""

EMITTED = [values_of(mesh, config_secret="alertmanager-istio-mesh", mounted_secrets=["slack"]) for mesh in FULL]


@pytest.mark.parametrize("addon", known_addon_values())
def test_the_table_of_values_is_what_the_program_sets(addon: str) -> None:
    owned = known_addon_values()[addon].owned
    paths = {path for values in EMITTED for path, _ in leaves(values.get(addon, {}))}
    unlisted = sorted("/".join(path) for path in paths if not any(path[: len(row)] == row for row in owned))
    assert not unlisted, "extraValues could replace them, and check-charts does not look for them: chart_values.yaml"
    unused = sorted("/".join(row) for row in owned if not any(path[: len(row)] == row for path in paths))
    assert not unused, "extraValues is refused something that no setting decides about"


SETTINGS = sorted({one for known in known_addon_values().values() for one in known.owned.values() if one})


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_setting_that_a_refusal_names_exists(setting: str) -> None:
    assert field_at(MeshSettings, tuple(setting.split("."))), "the message sends its reader there"


def test_extra_values_are_added_to_the_programs_own() -> None:
    values = values_of(
        demo_addons(prometheus={"extraValues": {"prometheus": {"prometheusSpec": {"walCompression": True}}}})
    )
    spec = values["prometheus"]["prometheus"]["prometheusSpec"]
    assert (spec["walCompression"], spec["replicas"]) == (True, 1), "what has no setting is set beside the rest"
