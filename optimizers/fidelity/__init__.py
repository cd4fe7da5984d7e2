"""Partial training: ladders of rungs, brackets, populations; called by algorithms that use fidelity."""
