"""What makes the mesh visible: addons, telemetry, and what is built on them."""

"""Observability: what shows how the mesh is doing."""
