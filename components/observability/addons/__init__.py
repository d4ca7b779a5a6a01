"""Prometheus, Grafana, Jaeger and Kiali: installed by the program, or somebody else's."""
