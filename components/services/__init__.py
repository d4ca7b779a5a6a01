"""Slice: services, the intent layer: what a service is, how traffic reaches it and what it calls."""
