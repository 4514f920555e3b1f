"""Knows who is calling and what is theirs."""
