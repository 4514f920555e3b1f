"""What tells an operator how it goes: correlation ids, logs, health."""
