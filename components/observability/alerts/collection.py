"""What the proxies collect because of an alert."""

from components.mesh_config.settings import MeshConfigSettings
from components.observability.operator import operator_home
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings

with imported_when_used():
    from components.mesh_config.proxy_config import ProxyStatsMatcher
    from components.observability.alerts.facts import MeshFacts, mesh_facts
    from components.observability.alerts.selection import active_alerts


def collecting_mesh_config(settings: MeshSettings) -> MeshConfigSettings:
    """MeshConfig with the metrics of Envoy that the alerts of the stack need, beside those that the stack names.

    Proxies take them when their pods are restarted.
    """
    config = settings.mesh_config
    if operator_home(settings) is None:
        return config
    patterns = _patterns(settings, mesh_facts(settings))
    matcher = config.default_config.proxy_stats_matcher or ProxyStatsMatcher()
    missing = [pattern for pattern in patterns if pattern not in (matcher.inclusion_regexps or ())]
    if not missing:
        return config
    regexps = (*(matcher.inclusion_regexps or ()), *missing)
    proxy = config.default_config.model_copy(
        update={"proxy_stats_matcher": matcher.model_copy(update={"inclusion_regexps": regexps})}
    )
    return config.model_copy(update={"default_config": proxy})


def _patterns(settings: MeshSettings, facts: MeshFacts) -> list[str]:
    return [pattern for alert in active_alerts(settings.alerts, facts) for pattern in alert.template.stats]
