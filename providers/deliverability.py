"""Whether receivers will believe a domain's mail: its SPF, DKIM and DMARC records.

`examine` decides, of what the DNS answers; `of_account` asks it for the domains that an
account sends from. What the DNS does not say is unknown, never a failure.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext as _

from notify_project.egress import EgressNotSent
from notify_project.egress.records import Kind, records
from providers import accounts
from providers.base import DnsRecord, Provider
from providers.errors import ProviderError
from providers.models import Account, Sender
from providers.sandbox import Sandbox

_SECONDS = 12.0  # for all questions of one check
_DOMAINS = 5
_SPF = "v=spf1"
_DMARC = "v=dmarc1"

Ask = Callable[[str, Kind], Sequence[str]]  # raises EgressNotSent


class Standing(StrEnum):
    """What can be said of a record."""

    WELL = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One record: what is there, and what to put there (to be copied)."""

    purpose: str
    name: str
    kind: Kind
    standing: Standing
    found: str = ""
    wanted: str = ""
    detail: str = ""


def examine(
    domain: str, wanted: Iterable[DnsRecord], ask: Ask, *, note: str = ""
) -> list[Finding]:
    """SPF, every DKIM record that is wanted, and DMARC of one domain.

    `note` says why the provider named no DKIM record, if it could not.
    """
    named = list(wanted)
    sources = [one.value for one in named if one.purpose == "SPF"]
    keys = [one for one in named if one.purpose == "DKIM"]
    return [
        _spf(domain, sources, ask),
        *(_dkim(one, ask) for one in keys),
        *([] if keys else [_unnamed_key(domain, note)]),
        _dmarc(domain, ask),
    ]


def _spf(domain: str, sources: Sequence[str], ask: Ask) -> Finding:
    try:
        texts = [one for one in ask(domain, "TXT") if _is(one, _SPF)]
    except EgressNotSent as error:
        return _unanswered("SPF", domain, "TXT", error)
    known = {term.lower() for text in texts for term in text.split()}
    missing = [one for one in sources if one.lower() not in known]
    well = len(texts) == 1 and not missing
    return Finding(
        "SPF",
        domain,
        "TXT",
        Standing.WELL if well else Standing.FAIL,
        found=" | ".join(texts),
        wanted="" if well else _merged(texts, missing),
        detail=_("There must be one SPF record only.") if len(texts) > 1 else "",
    )


def _merged(texts: Sequence[str], missing: Sequence[str]) -> str:
    """One record with all that is there and all that is missing, "all" at its end."""
    terms = dict.fromkeys(term for text in texts for term in text.split()[1:])
    ends = [term for term in terms if term.lower().lstrip("+-~?") == "all"]
    others = [term for term in terms if term not in ends]
    return " ".join([_SPF, *others, *missing, *(ends[:1] or ["~all"])])


def _dkim(record: DnsRecord, ask: Ask) -> Finding:
    try:
        found = ask(record.name, record.kind)
    except EgressNotSent as error:
        return _unanswered("DKIM", record.name, record.kind, error)
    well = record.value.lower() in {one.lower() for one in found}
    return Finding(
        "DKIM",
        record.name,
        record.kind,
        Standing.WELL if well else Standing.FAIL,
        found=" | ".join(found),
        wanted="" if well else record.value,
        detail=record.told,
    )


def _unnamed_key(domain: str, note: str) -> Finding:
    return Finding(
        "DKIM",
        f"*._domainkey.{domain}",
        "TXT",
        Standing.UNKNOWN,
        detail=note or _("The provider does not say which key it signs with."),
    )


def _dmarc(domain: str, ask: Ask) -> Finding:
    """Of the domain, else of the nearest one above it."""
    own = f"_dmarc.{domain}"
    for name in _upwards(domain):
        try:
            texts = [one for one in ask(f"_dmarc.{name}", "TXT") if _is(one, _DMARC)]
        except EgressNotSent as error:
            return _unanswered("DMARC", own, "TXT", error)
        if texts:
            well = len(texts) == 1 and "p=" in texts[0].lower()
            return Finding(
                "DMARC",
                f"_dmarc.{name}",
                "TXT",
                Standing.WELL if well else Standing.FAIL,
                found=" | ".join(texts),
                wanted="" if well else _suggested(name),
            )
    return Finding("DMARC", own, "TXT", Standing.FAIL, wanted=_suggested(domain))


def _suggested(domain: str) -> str:
    return f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}"


def _upwards(domain: str) -> Iterator[str]:
    """a.b.example.org, b.example.org, example.org; never a lone top level."""
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):
        yield ".".join(labels[start:])


def _is(text: str, version: str) -> bool:
    return text.lower().replace(" ", "").startswith(version)


def _unanswered(purpose: str, name: str, kind: Kind, error: EgressNotSent) -> Finding:
    return Finding(purpose, name, kind, Standing.UNKNOWN, detail=error.detail)


# --- Asked for an account ---


def of_account(account: Account) -> dict[str, list[Finding]]:
    """Findings by domain; none for an account that sends no mail. Asks the DNS, and
    the provider for what it wants there: some seconds at most."""
    if account.channel != "email":
        return {}
    try:
        adapter = accounts.ready(account).adapter
    except ProviderError:
        return {}
    domains = [] if isinstance(adapter, Sandbox) else _domains(account)
    ask = _within(_SECONDS)
    return {domain: _of_domain(domain, adapter, ask) for domain in domains}


def _of_domain(domain: str, adapter: Provider[object], ask: Ask) -> list[Finding]:
    try:
        return examine(domain, adapter.dns_records(domain), ask)
    except ProviderError as error:
        return examine(domain, (), ask, note=error.detail)


def _domains(account: Account) -> list[str]:
    """Of the tenant's senders; of the system's own mails for its accounts."""
    if account.tenant_id is None:
        addresses = [settings.SYSTEM_SENDER]
    else:
        senders = Sender.for_tenant(account.tenant_id).filter(channel="email")
        addresses = list(senders.values_list("address", flat=True))
    found = {one.rpartition("@")[2].rstrip(">").lower() for one in addresses}
    return sorted(found)[:_DOMAINS]


def _within(seconds: float) -> Ask:
    """Questions that all end in this time; one that nobody answers is the last."""
    deadline = time.monotonic() + seconds

    def ask(name: str, kind: Kind) -> Sequence[str]:
        nonlocal deadline
        left = min(3.0, deadline - time.monotonic())
        try:
            return records(name, kind, seconds=left)
        except EgressNotSent as error:
            if error.code == "dns_timeout":
                deadline = 0.0
            raise

    return ask
