"""Slice: pathParameters: what follows a ';' in a path, which Envoy and some servers read in two ways."""
