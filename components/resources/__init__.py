"""Objects of Istio and of the Gateway API, in their own field names."""
