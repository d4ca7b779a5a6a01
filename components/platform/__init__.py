"""What every slice shares: how children are registered, where charts come from, which cluster is meant."""
