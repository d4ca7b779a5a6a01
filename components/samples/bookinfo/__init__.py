"""Istio's Bookinfo sample, with its routes through a gateway of the mesh."""
