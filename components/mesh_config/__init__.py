"""Slice: MeshConfig, with which istiod and all proxies of the mesh work, and the settings of the sidecars."""
