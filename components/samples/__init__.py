"""Slice: sample applications that show the mesh at work."""
