"""Slice: jwt: JSON web tokens at gateways and services."""
