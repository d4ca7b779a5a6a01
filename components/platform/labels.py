"""Labels of the objects that the program creates itself."""

COMMON_LABELS = {"app.kubernetes.io/managed-by": "pulumi", "app.kubernetes.io/part-of": "istio-mesh"}
"""Kubernetes' recommended labels; they say who owns an object and must not be part of a selector."""
