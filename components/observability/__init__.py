"""Observability: what shows how the mesh is doing."""
"""What makes the mesh visible: addons, and what is built on them."""
