"""A real Prometheus and Alertmanager on the lab: what they load and collect, and alerts that fire on real traffic."""
