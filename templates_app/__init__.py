"""Templates: keeps wording by version, and renders it."""
