"""Where an erased person's address still stands, and why it was left there.

What is configured is changed by those who are responsible for it: to take an address
out of an event type would change who is written to. Versions never change, and the
audit cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.models import EventDefaults, EventVersion, TenantDefaults
from providers.models import Sender, Service
from recipients.erasing import Person
from templates_app.models import TemplateVersion
from tenants.models import AuditEntry, Membership

# By kind, why it remains and who can change it.
WHY: Mapping[str, str | Promise] = {
    "event_type": _("An event type names it. A designer may take it out."),
    "template": _("A template has it in its words. A designer may take it out."),
    "defaults": _("The tenant's defaults name it. An administrator may take it out."),
    "service": _("An outside service is given it. An administrator may take it out."),
    "sender": _("Messages are sent from it. An administrator may delete the sender."),
    "login": _("It is somebody's log-in. An operator may change the person."),
    "audit": _("The audit log names it. Its entries cannot be changed or deleted."),
}


def remaining(who: Person) -> list[list[str]]:
    """[kind, name] of each place; the name is never the address itself."""
    return [
        [kind, name]
        for kind, find in _PLACES.items()
        for name in dict.fromkeys(find(who))
    ]


def _event_types(who: Person) -> Iterator[str]:
    versions = EventVersion.for_tenant(who.tenant_id).select_related("event_type")
    for version in versions:
        if who.is_in(version.params):
            yield str(version)
    channels = EventDefaults.for_tenant(who.tenant_id)
    for one in channels.select_related("version__event_type"):
        if who.is_in(one.values):
            yield str(one.version)


def _templates(who: Person) -> Iterator[str]:
    versions = TemplateVersion.for_tenant(who.tenant_id).select_related("template")
    for one in versions:
        if who.is_in([one.subject, one.body]):
            yield f"{one.template.name} v{one.number}"


def _defaults(who: Person) -> Iterator[str]:
    for one in TenantDefaults.for_tenant(who.tenant_id):
        if who.is_in(one.values):
            yield one.channel


def _services(who: Person) -> Iterator[str]:
    for one in Service.for_tenant(who.tenant_id):
        if who.is_in(one.fixed):
            yield str(one.id) if who.is_in(one.name) else one.name


def _senders(who: Person) -> Iterator[str]:
    for one in Sender.for_tenant(who.tenant_id):
        if who.is_in([one.address, one.reply_to]):
            yield str(one.id) if who.is_in(one.name) else one.name or str(one.id)


def _logins(who: Person) -> Iterator[str]:
    members = Membership.for_tenant(who.tenant_id).select_related("user")
    for one in members:
        if who.is_in(one.user.email):
            yield one.user.name or str(one.user.id)


def _audit(who: Person) -> Iterator[str]:
    entries = AuditEntry.for_tenant(who.tenant_id)
    texts: Sequence[str] = ("actor_label", "object_label", "changes")
    for one in entries.only("id", "at", *texts).iterator(1000):
        if who.is_in([getattr(one, name) for name in texts]):
            yield one.at.date().isoformat()


_PLACES: Mapping[str, Callable[[Person], Iterator[str]]] = {
    "event_type": _event_types,
    "template": _templates,
    "defaults": _defaults,
    "service": _services,
    "sender": _senders,
    "login": _logins,
    "audit": _audit,
}
