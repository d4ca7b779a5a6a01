"""Slice: the namespaces of the mesh and their injection labels."""
