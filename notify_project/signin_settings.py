"""How people log in to the admin, read from the environment by name."""

from __future__ import annotations

from dataclasses import dataclass, field

from notify_project.environment import Environment

REQUIRED, OFFERED = "required", "offered"


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """The OpenID Connect provider that lets people in, and what we are to it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    label: str
    algorithm: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """`single_sign_on` is None where none is set up."""

    second_factor: str
    password_login: bool
    single_sign_on: SingleSignOn | None

    @property
    def requires_second_factor(self) -> bool:
        """A word that we do not know means the safer one; checks.py tells of it."""
        return self.second_factor != OFFERED


def read(env: Environment, *, embedded: bool) -> SignIn:
    """A demo in one folder offers the second factor, production requires it."""
    found = SingleSignOn(
        issuer=env.str("OIDC_ISSUER", default="").strip(),
        client_id=env.str("OIDC_CLIENT_ID", default=""),
        client_secret=env.str("OIDC_CLIENT_SECRET", default=""),
        label=env.str("OIDC_LABEL", default=""),
        algorithm=env.str("OIDC_ALGORITHM", default="RS256"),
    )
    default = OFFERED if embedded else REQUIRED
    return SignIn(
        second_factor=env.str("SECOND_FACTOR", default=default),
        password_login=env.bool("PASSWORD_LOGIN", default=True),
        single_sign_on=found if found.issuer else None,
    )
