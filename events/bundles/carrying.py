"""A tenant's designs out, as one bundle; another's in, all of it or nothing."""

from __future__ import annotations

import binascii
from collections.abc import Callable, Sequence
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


def take_over(
    tenant: Tenant, wanted: Bundle, *, author: User | None = None
) -> Sequence[Done]:
    """Make and change what differs, and publish it: all or nothing.

    What is only here stays. Raises InvalidBundle with an entry for each that cannot be
    taken over.
    """
    differs = {(one.kind, one.name) for one in compare(tenant, wanted)}
    steps: Sequence[tuple[str, Sequence[Entry], Callable[..., Done]]] = (
        ("images", wanted["images"], bundling.put_image),
        ("templates", bundling.in_order(wanted["templates"]), bundling.put_template),
        ("eventTypes", wanted["eventTypes"], designs.put),
    )
    done: list[Done] = []
    problems: list[FieldError] = []
    with writing():
        for kind, entries, put in steps:
            given = _given(kind, tenant, author)
            for one in entries:
                if (kind, one["name"]) in differs:
                    done += _tried(put, kind, tenant, one, given, problems)
        if problems:
            transaction.set_rollback(True)
    if problems:
        raise InvalidBundle(problems[0].message, errors=problems)
    return done


def _given(kind: str, tenant: Tenant, author: User | None) -> Sequence[Any]:
    """What a step is given besides the entry; names after templates were made."""
    if kind == "images":
        return ()
    return (designs.Names.of(tenant), author) if kind == "eventTypes" else (author,)


def _tried(
    put: Callable[..., Done],
    kind: str,
    tenant: Tenant,
    one: Entry,
    given: Sequence[Any],
    problems: list[FieldError],
) -> Sequence[Done]:
    """One entry under a savepoint: what is wrong with the next is told as well."""
    try:
        with transaction.atomic():
            return [put(tenant, one, *given)]
    except NotifyError as error:
        problems += _told(kind, one["name"], error)
    except (ValueError, binascii.Error):
        text = _("%(kind)s, %(name)s: not as an export has it.")
        told = text % {"kind": kind, "name": repr(one["name"])[:80]}
        problems.append(FieldError(kind, "invalid_field", told))
    return []


def _told(kind: str, name: str, error: NotifyError) -> Sequence[FieldError]:
    """Each with the entry that it is about."""
    entries = error.errors or [FieldError("", error.kind, error.message)]
    return [
        FieldError(
            f"{kind}.{name}.{one.field}".rstrip("."),
            one.code,
            f"{name}: {one.message}",
        )
        for one in entries
    ]
