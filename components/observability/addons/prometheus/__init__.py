"""Prometheus, Alertmanager and their operator."""
