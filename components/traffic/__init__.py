"""What traffic rules mean: checks of resources that have the right shape already."""
