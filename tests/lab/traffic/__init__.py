"""Requests through Envoy, by the routes and policies that a stack file's `services` and `externals` make."""
