"""Benchmarks of the optimizer library alone."""
