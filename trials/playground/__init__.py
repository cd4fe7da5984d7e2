"""The classic pictures of hyperparameter optimization, live: one file each, found by discovery."""
