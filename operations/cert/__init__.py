"""`mesh cert ...`: certificates for trials."""
