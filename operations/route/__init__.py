"""`mesh route`: what becomes of one request, by the stack file alone."""
