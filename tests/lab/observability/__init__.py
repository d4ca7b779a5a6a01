"""Traces, metrics and alerts of real Envoys and a real istiod."""
