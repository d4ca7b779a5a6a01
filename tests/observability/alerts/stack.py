"""A small stack with alerts, which the tests change."""

from typing import Any

from components.settings.mesh import MeshSettings
from tests.support.stacks import DEMO, settings_of, with_changes

STACK: dict[str, Any] = DEMO | {
    "services": {"reviews": {"namespace": "bookinfo", "port": 9080}},
    "alerts": {
        "operator": {"namespace": "monitoring", "labels": {"release": "prometheus"}},
        "slos": {"reviews": {"service": "reviews", "objectivePercent": 99.9}},
        "receivers": {
            "on-call": {"kind": "pagerduty", "routingKey": {"configKey": "pagerduty-key"}},
            "chat": {"kind": "slack", "channel": "#mesh", "apiUrl": {"secret": "slack", "entry": "url"}},
        },
    },
}


def stack_with(changes: dict[str, Any]) -> dict[str, Any]:
    """The stack with a value at each of the dotted paths."""
    return with_changes(STACK, changes)


def settings_with(changes: dict[str, Any]) -> MeshSettings:
    """The settings of that stack."""
    return settings_of(stack_with(changes))
