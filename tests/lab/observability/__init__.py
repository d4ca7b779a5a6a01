"""Real parts of observability on the lab: rules that load, metrics that are collected, alerts that fire, spans."""
