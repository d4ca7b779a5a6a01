"""What becomes of one request: the routes of a stack, followed as istiod programs Envoy to follow them."""
