"""Services that know who works in a tenant, one module each."""
