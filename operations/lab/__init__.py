"""`mesh lab`: the embedded mesh on this machine."""
