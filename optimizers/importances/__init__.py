"""The ways to measure importance, one per file; `optimizers.importance` chooses among them."""
