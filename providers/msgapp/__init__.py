"""Speaks to chat systems: one file each."""
