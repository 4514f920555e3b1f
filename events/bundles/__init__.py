"""Templates, layouts, images and event types as one file: out of one tenant, into
another, of this Notify or of the next."""
