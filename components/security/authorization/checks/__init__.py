"""Checks of authorization."""
