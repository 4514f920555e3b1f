"""Services that make files, one module each."""
