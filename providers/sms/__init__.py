"""Speaks to those who carry text messages: one file each."""
