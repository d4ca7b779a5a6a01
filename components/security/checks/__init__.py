"""Checks of meaning of Istio's security kinds, by kind."""
