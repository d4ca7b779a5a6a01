"""Slice: the certificates of the gateways, and the mesh's own certificate authority."""
