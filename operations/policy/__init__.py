"""`mesh policy`: the policy pack over an exported state."""
