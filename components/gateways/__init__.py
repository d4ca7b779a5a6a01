"""Slice: the gateways of the mesh: their deployments, and the Gateway resources that open their ports."""
