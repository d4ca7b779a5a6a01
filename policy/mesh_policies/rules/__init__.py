"""The rules, by concept; catalog.yaml says of each why it is there."""
