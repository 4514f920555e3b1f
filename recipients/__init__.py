"""Knows people: groups and their members."""
