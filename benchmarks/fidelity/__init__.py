"""Partial training: cost to reach a value, against other libraries' pruners and full trainings alone."""
