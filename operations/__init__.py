"""The `mesh` command: one file for each verb."""
