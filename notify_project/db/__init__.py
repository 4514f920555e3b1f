"""How we store: ids, sealed columns, keyed hashes."""
