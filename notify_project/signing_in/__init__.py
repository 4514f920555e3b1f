"""Logging in to the admin: password, second factor, single sign-on, proving oneself
once more before what matters."""
