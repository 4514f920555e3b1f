"""Single sign-on by OpenID Connect: who the operator's provider says is there.

The authorization code flow with PKCE; why it is ours: docs/decisions/0023-log-in.md.
"""
