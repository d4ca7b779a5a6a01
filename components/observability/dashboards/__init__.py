"""Slice: dashboards for Grafana, as data files."""
