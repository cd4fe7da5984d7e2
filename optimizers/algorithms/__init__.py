"""The optimizers, one per file; the registry finds them by the file's name."""
