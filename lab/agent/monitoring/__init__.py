"""What a monitoring stack needs of a cluster: its own pods run, and other pods can be scraped."""
