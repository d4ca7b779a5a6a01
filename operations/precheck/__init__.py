"""`mesh precheck`: whether a cluster is ready for a stack. Checks are pure functions over what the collector read."""
