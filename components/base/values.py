"""Helm values of the chart base."""


def base_values(root_namespace: str) -> dict[str, object]:
    """Values of base: where istiod will be, and that the default revision validates what has no revision label."""
    return {"defaultRevision": "default", "global": {"istioNamespace": root_namespace}}
