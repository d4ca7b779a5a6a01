"""Slice: authorization: who may call whom, from declared calls to default deny, in stages."""
