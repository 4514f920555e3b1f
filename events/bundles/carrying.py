"""A tenant's designs out, as one bundle; another's in, all of it or nothing."""

from __future__ import annotations

import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from events.bundles import designs, file
from events.bundles.file import Bundle, Difference, Entry
from events.errors import InvalidBundle
from notify_project.errors import FieldError, NotifyError
from notify_project.queue.writing import writing
from templates_app import bundling
from tenants.models import Tenant, User

# What was done with a row: "created" or "changed".
Done = tuple[str, models.Model]
# By kind and name of an entry, what is wrong with it.
Troubles = Mapping[tuple[str, str], Sequence[FieldError]]


def of(tenant: Tenant) -> Bundle:
    """What is published now; drafts stay at home. A dozen queries."""
    return {
        "images": bundling.images_of(tenant),
        "templates": bundling.templates_of(tenant),
        "eventTypes": designs.event_types_of(tenant),
    }


def compare(tenant: Tenant, wanted: Bundle) -> Sequence[Difference]:
    """What `take_over` would make or change."""
    return file.differences(of(tenant), wanted)


def troubles(tenant: Tenant, wanted: Bundle) -> Troubles:
    """Why `take_over` would refuse, by entry; empty if it would not.

    Everything is made, as it would be, and undone again: it costs as much.
    """
    with writing():
        _done, found = _made(tenant, wanted, None)
        transaction.set_rollback(True)
    return found


def ensure_possible(tenant: Tenant, wanted: Bundle) -> None:
    """Raises what `take_over` would, and makes nothing."""
    if found := troubles(tenant, wanted):
        raise _refusal(found)


def take_over(
    tenant: Tenant, wanted: Bundle, *, author: User | None = None
) -> Sequence[Done]:
    """Make and change what differs, and publish it: all or nothing.

    What is only here stays. Raises InvalidBundle with an entry for each that cannot be
    taken over.
    """
    with writing():
        done, found = _made(tenant, wanted, author)
        if found:
            transaction.set_rollback(True)
    if found:
        raise _refusal(found)
    return done


def _made(
    tenant: Tenant, wanted: Bundle, author: User | None
) -> tuple[Sequence[Done], Troubles]:
    """In the caller's transaction: what was done, and why the rest could not be."""
    differs = {(one.kind, one.name) for one in compare(tenant, wanted)}
    steps: Sequence[tuple[str, Sequence[Entry], Callable[..., Done]]] = (
        ("images", wanted["images"], bundling.put_image),
        ("templates", bundling.in_order(wanted["templates"]), bundling.put_template),
        ("eventTypes", wanted["eventTypes"], designs.put),
    )
    done: list[Done] = []
    found: dict[tuple[str, str], Sequence[FieldError]] = {}
    for kind, entries, put in steps:
        given = _given(kind, tenant, author)
        for one in entries:
            which = (kind, one["name"])
            if which in differs:
                try:
                    done.append(_tried(put, tenant, one, given))
                except NotifyError as error:
                    found[which] = error.errors or [
                        FieldError("", error.kind, error.message)
                    ]
    return done, found


def _given(kind: str, tenant: Tenant, author: User | None) -> Sequence[Any]:
    """What a step is given besides the entry; names after templates were made."""
    if kind == "images":
        return ()
    return (designs.Names.of(tenant), author) if kind == "eventTypes" else (author,)


def _tried(
    put: Callable[..., Done], tenant: Tenant, one: Entry, given: Sequence[Any]
) -> Done:
    """One entry under a savepoint: what is wrong with the next is told as well."""
    try:
        with transaction.atomic():
            return put(tenant, one, *given)
    except (ValueError, binascii.Error):
        raise InvalidBundle(_("This is not as an export has it.")) from None


def _refusal(found: Troubles) -> InvalidBundle:
    errors = [_of_entry(*which, one) for which in found for one in found[which]]
    return InvalidBundle(errors[0].message, errors=errors)


def _of_entry(kind: str, name: str, error: FieldError) -> FieldError:
    """With the entry that it is about."""
    told = _("%(label)s: %(text)s") % {"label": name[:80], "text": error.message}
    field = f"{kind}.{name}.{error.field}".rstrip(".")
    return FieldError(field, error.code, told)
