"""Walks over all pages and routes, found by their registries: none is forgotten."""
