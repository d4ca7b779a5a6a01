"""The embedded mesh: a real Kubernetes control plane, istiod and Envoy as processes, without containers."""
