"""Slice: who may talk to whom, and how it is encrypted."""
