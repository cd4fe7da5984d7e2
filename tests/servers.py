"""Pytest plugin: placeholder until the real servers are started here."""
