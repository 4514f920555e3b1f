"""Tells tenants what happened, signed and retried; knows nothing of notifications."""
