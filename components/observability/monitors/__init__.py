"""Slice: what Prometheus collects from the mesh."""
