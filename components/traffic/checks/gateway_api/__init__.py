"""Checks of the kinds of the Kubernetes Gateway API: the CRDs' own rules, and what Istio does not carry out."""
