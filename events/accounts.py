"""Which account a request may pin, and whether there is any for its channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from events.errors import NoAccount, UnknownAccount
from providers.accounts import is_reserve, offers
from providers.channels.base import Channel, InvalidAddress, channel
from providers.models import Account


def pinned(
    tenant_id: UUID, kind: Channel, *, named: str, key_type: str, path: str
) -> UUID | None:
    """The account that the layers or the request name; None leaves it to routing.

    Raises UnknownAccount, and NoAccount where nothing could carry the channel: an
    honest refusal beats a message that waits for ever.
    """
    try:
        offered = offers.of(tenant_id, kind.code)
        return _chosen(offered, kind, named=named, key_type=key_type, path=path)
    except (NoAccount, UnknownAccount):
        # It may have been added a moment ago: refuse nobody from memory.
        offered = _offered_now(tenant_id, kind.code)
        found = _chosen(offered, kind, named=named, key_type=key_type, path=path)
        offers.forget()
        return found


def _chosen(
    offered: Sequence[Account], kind: Channel, *, named: str, key_type: str, path: str
) -> UUID | None:
    if named:
        return _named(offered, named, f"{path}account").id
    if key_type == "test" or kind.addresses_are_accounts:
        return None
    # As delivery/routing.py has it: whoever has accounts of their own uses only these.
    own = [one for one in offered if one.tenant_id is not None]
    if not any(one.active and not is_reserve(one) for one in own or offered):
        raise NoAccount(
            _(
                "No active account can send %(channel)s. Ask an administrator to add "
                "one, or to switch one on, in the admin under Accounts."
            )
            % {"channel": kind.code}
        )
    return None


def destinations(
    tenant_id: UUID,
    name: str,
    wanted: Sequence[str],
    *,
    provider: str = "",
    path: str = "",
) -> Mapping[str, UUID]:
    """Chat destinations by normal name; the tenant's own win over the system's.

    Those of one `provider` (with or without "msgapp.") only, unless it is "": raises
    UnknownAccount where there are none. Read anew where one that is wanted is not
    among those remembered.
    """
    kind = channel(name)
    if not kind.addresses_are_accounts:
        return {}
    found = _by_name(offers.of(tenant_id, name), kind, provider)
    if all(_normal(one, kind) in found for one in wanted):
        return found
    anew = _by_name(_offered_now(tenant_id, name), kind, provider)
    if anew != found:
        offers.forget()
    if provider and not anew:
        raise UnknownAccount(
            _("%(field)s: you have no active destination of this provider.")
            % {"field": f"{path}provider"},
            field=f"{path}provider",
        )
    return anew


def _offered_now(tenant_id: UUID, channel_code: str) -> Sequence[Account]:
    return list(Account.offered_to(tenant_id).filter(channel=channel_code))


def _by_name(
    offered: Sequence[Account], kind: Channel, provider: str
) -> dict[str, UUID]:
    wanted = {provider.lower(), f"{kind.lane}.{provider.lower()}"}
    active = [
        one
        for one in offered
        if one.active and (not provider or one.provider in wanted)
    ]
    by_owner = sorted(active, key=lambda one: one.tenant_id is not None)
    named = {_normal(one.name, kind): one.id for one in by_owner}
    return {name: account for name, account in named.items() if name}


def _normal(name: str, kind: Channel) -> str:
    """The one form of a name; "" for what is none, which only hides that account."""
    try:
        return kind.normalise(name, region="")
    except InvalidAddress:
        return ""


def _named(offered: Sequence[Account], named: str, field: str) -> Account:
    for one in offered:
        if one.active and (str(one.id) == named or one.name.lower() == named.lower()):
            return one
    raise UnknownAccount(
        _("%(field)s is none of your active accounts.") % {"field": field}, field=field
    )
