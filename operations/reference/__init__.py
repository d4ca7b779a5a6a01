"""The documents that are generated from the models: the JSON Schema, the reference of settings and that of errors."""
