"""`mesh charts ...`: the charts of a stack as files, for machines without network, and their lock file."""
