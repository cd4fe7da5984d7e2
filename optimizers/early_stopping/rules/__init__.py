"""One stopping rule per file, found by `optimizers.early_stopping.registry`."""
