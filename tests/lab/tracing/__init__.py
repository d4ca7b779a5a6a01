"""Traces of a real Envoy, which need a stack of their own in the lab."""
