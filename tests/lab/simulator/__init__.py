"""What the comparison of the simulator with Envoy is made of."""
