"""The embedded mesh: a real Kubernetes control plane, istiod and Envoy as processes of this machine, without containers."""
