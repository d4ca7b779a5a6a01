"""The typed stack file: its models, its profiles and the reader that turns mistakes into sentences."""
