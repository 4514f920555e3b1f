"""Accounts of the system that variables of the environment make.

The environment is asked whenever the database is migrated: accounts appear, follow
their variables, and are switched off when those are gone. What an operator sets in the
admin (active, tier, weight) stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.db import connection

from notify_project.queue.writing import writing
from providers import accounts
from providers.config import InvalidConfig
from providers.models import POINTS, Account
from providers.options import Plain
from providers.registry import channel_of, provider_class

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Source:
    """Which account variables make, and which of its settings each of them is.

    It is made when all of `needed` are set; the first of them marks the account.
    """

    provider: str
    needed: Mapping[str, str]
    optional: Mapping[str, str]
    points: int = POINTS
    rate_per_second: float | None = None

    @property
    def mark(self) -> str:
        return next(iter(self.needed))

    def config(self, environment: Mapping[str, str]) -> dict[str, str]:
        """The account's settings; empty while a needed variable is not set."""
        if not all(environment.get(name) for name in self.needed):
            return {}
        named = {**self.needed, **self.optional}
        return {
            setting: environment[name]
            for name, setting in named.items()
            if environment.get(name)
        }


# Points are the resting points of the two British aggregators; the rate is what Amazon
# usually grants first (Check connection tells the account's own).
SOURCES: Sequence[Source] = (
    Source(
        "sms.mmg",
        needed={"MMG_API_KEY": "api_key"},
        optional={
            "MMG_URL": "api_base",
            "MMG_RECEIPT_URL": "receipt_url",
            "MMG_INBOUND_SMS_AUTH": "inbound_auth",
        },
        points=51,
    ),
    Source(
        "sms.firetext",
        needed={"FIRETEXT_API_KEY": "api_key"},
        optional={
            "FIRETEXT_INTERNATIONAL_API_KEY": "international_api_key",
            "FIRETEXT_URL": "api_base",
            "FIRETEXT_RECEIPT_URL": "receipt_url",
            "FIRETEXT_INBOUND_SMS_AUTH": "inbound_auth",
        },
        points=49,
    ),
    Source(
        "email.ses",
        needed={
            "AWS_REGION": "region",
            "AWS_ACCESS_KEY_ID": "access_key_id",
            "AWS_SECRET_ACCESS_KEY": "secret_access_key",
        },
        optional={"SES_STUB_URL": "api_base"},
        rate_per_second=14.0,
    ),
)


def variables_of(account: Account) -> Sequence[str]:
    """The variables that an account's settings come from; none for most accounts."""
    return [
        name
        for source in SOURCES
        if account.variable and source.mark == account.variable
        for name in (*source.needed, *source.optional)
    ]


def follow(environment: Mapping[str, str]) -> None:
    """Bring the accounts in line with the environment; one query if there is nothing.

    A value that its provider refuses is logged, and the account stays as it was.
    """
    with writing():
        known = {one.variable: one for one in Account.of_system().exclude(variable="")}
        changed = [
            _followed(source, known.get(source.mark), environment) for source in SOURCES
        ]
    if any(changed):
        accounts.offers.forget()


def _followed(
    source: Source, account: Account | None, environment: Mapping[str, str]
) -> bool:
    """Make, change or switch off one account; whether anything was done."""
    config = _settled(source, source.config(environment))
    if config is None:
        return False
    if account is None:
        return bool(config) and _make(source, config)
    if account.config == config:
        return False
    if not config:
        account.active = False
    elif not account.config:  # it was switched off because the variable was gone
        account.active = True
    account.config = config
    account.save(update_fields=["config", "active"])
    state = "on" if account.active else "off"
    log.info("account_follows_environment", provider=source.provider, state=state)
    return True


def _make(source: Source, config: dict[str, Plain]) -> bool:
    name = f"{provider_class(source.provider).label} ({source.mark})"
    # One of that name may be left of before the database was migrated back.
    left = Account.of_system().filter(provider=source.provider, name__iexact=name)
    account = left.first() or Account(
        channel=channel_of(source.provider).code,
        provider=source.provider,
        name=name,
        weight=source.points,
        resting_point=source.points,
        rate_per_second=source.rate_per_second,
    )
    account.variable, account.config = source.mark, config
    account.save()
    log.info("account_of_environment", provider=source.provider)
    return True


def _settled(source: Source, given: Mapping[str, str]) -> dict[str, Plain] | None:
    """As the admin would store them; None for values that the provider refuses."""
    if not given:
        return {}
    try:
        return provider_class(source.provider).config_class.from_values(given).values()
    except InvalidConfig as refused:
        log.error(
            "environment_not_taken",
            provider=source.provider,
            reason=[problem.field for problem in refused.problems],
        )
        return None


def follow_after_migrating(sender: Any, **_more: Any) -> None:
    """For Django's post_migrate; does nothing on the way back to an older schema."""
    if _columns() >= {field.column for field in Account._meta.concrete_fields}:
        follow(settings.ACCOUNT_VARIABLES)


def _columns() -> set[str]:
    """Of the table as it is now; none if there is no table."""
    table, tables = Account._meta.db_table, connection.introspection
    with connection.cursor() as cursor:
        if table not in tables.table_names(cursor):
            return set()
        return {one.name for one in tables.get_table_description(cursor, table)}
