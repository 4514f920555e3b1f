"""Knows channels, and speaks to everyone else's systems; see README.md here."""
