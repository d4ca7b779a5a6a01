"""The kinds of Istio and of the Gateway API: their names, versions and fields, and values of theirs in a stack file."""
