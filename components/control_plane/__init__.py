"""Slice: istiod, and the gate that waits until its webhooks answer."""
