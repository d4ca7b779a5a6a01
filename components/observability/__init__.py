"""Observability: what shows how the mesh is doing."""
