"""Slice: Istio's CRDs and cluster-wide objects (the chart base)."""
