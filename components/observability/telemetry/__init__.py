"""Slice: telemetry, which says what proxies tell about requests, and to whom: traces, access logs, metrics."""
