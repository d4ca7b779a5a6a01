"""Mutual TLS between the workloads of the mesh."""
