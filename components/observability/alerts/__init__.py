"""Slice: alerts on the mesh, the recording rules below them, and who is told."""
