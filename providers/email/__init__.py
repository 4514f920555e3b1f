"""The providers of e-mail; a module's name is the second part of its key."""
