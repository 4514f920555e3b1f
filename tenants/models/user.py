"""A person who logs in, by e-mail address."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from notify_project.db.ids import uuid7


class UserManager(BaseUserManager["User"]):
    """Makes people, and finds them however they write their address."""

    def create_user(
        self, email: str, password: str | None = None, **values: Any
    ) -> User:
        """A person who can log in; without a password, only once they have set one."""
        user = self.model(email=email, **values)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, email: str, password: str | None = None, **values: Any
    ) -> User:
        """An operator: sees all tenants."""
        return self.create_user(
            email, password, is_staff=True, is_superuser=True, **values
        )

    def get_by_natural_key(self, username: str | None) -> User:
        """By e-mail, in any case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. An operator (`is_superuser`) sees everything; others act through a
    Membership, never through permissions of their own (docs/decisions/0006)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        help_text=_("The log-in name. Capital and small letters are the same."),
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(
        _("may use the admin"),
        default=False,
        help_text=_("What they see there is decided by their memberships."),
    )
    created_at = models.DateTimeField(
        _("created"), default=timezone.now, editable=False
    )
    # One more ends all sessions of the person (tenants/sessions.py).
    session_round = models.PositiveIntegerField(default=0, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="user_email_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, **kwargs: Any) -> None:
        """Stores the address in small letters: the one form to compare by."""
        self.email = self.email.strip().lower()
        super().save(**kwargs)

    def clean(self) -> None:
        """As save, before uniqueness is checked."""
        super().clean()
        self.email = self.email.strip().lower()

    def get_full_name(self) -> str:
        """The name, as Django's admin asks for it."""
        return self.name

    def get_short_name(self) -> str:
        """The first word of the name, else what stands before the @."""
        return self.name.partition(" ")[0] or self.email.partition("@")[0]

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must know of the person, else it has ended: Django's own, of
        the password, and the round."""
        own: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        if not self.session_round:
            return own  # as it was before there were rounds: nobody is logged out
        text = f"{own}:{self.session_round}"
        return salted_hmac(
            "tenants.User.session_round", text, secret=secret, algorithm="sha256"
        ).hexdigest()
