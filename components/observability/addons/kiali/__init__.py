"""Kiali."""
