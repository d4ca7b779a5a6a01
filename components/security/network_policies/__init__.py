"""Kubernetes NetworkPolicies around istiod, the gateways and the workloads of the mesh."""
