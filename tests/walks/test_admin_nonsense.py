"""Every address of the admin, asked for nonsense: it is answered, never with a 500.

The pages come from the registry, so a new one is asked without being listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django import forms
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from events.models import SystemDefaults
from tests.furnished import Furnished, furnish
from tests.tenants.factories import UserFactory
from tests.walks.test_admin_walk import (
    logged_in,
    named,
    row_pages,
    someone,
)

pytestmark = pytest.mark.django_db

NUL = "a\x00b"
DATE = "a form with a date"
# What numbers, choices and texts trip over, and what dates do; each costs a request.
VALUES = ("", "9e999", "-1", "99999999999999999999", "\u202e\uffff" * 999)
DATES = (
    *("99999999-01-01", "2026-02-30"),
    *("9999-12-31 23:59:59-23:59", "0001-01-01 00:00:00+23:59"),
)
FEW = ("", "9e999", "99999999999999999999")
LOOKUPS = ("", "__in", "__isnull", "__gte", "__year", "__date", "__range", "__nothing")
LIST_PARAMETERS = ("q", "p", "o", "all", "e", "_facets", "_popup", "_to_field")
# Together in one request: what one of them refuses hides no other.
FORM_PARAMETERS = (
    ("provider",),
    ("channel",),
    ("version", "_popup", "_to_field", "_changelist_filters"),
)
SITE_PARAMETERS = (("s", "page"), ("term", "app_label", "model_name"), ("next", "page"))
IDS = ("_00", "a\x00b", "9e999", "99999999999999999999", "\u202e")


@pytest.fixture
def ours() -> Furnished:
    PeriodicTask.objects.get_or_create(
        name="task",
        defaults={
            "task": "notify.sweep",
            "interval": IntervalSchedule.objects.create(every=5, period="seconds"),
        },
    )
    SystemDefaults.objects.get_or_create(channel="email")
    return furnish("ours")


@pytest.fixture
def operator(ours: Furnished) -> Client:
    """Who reaches every page."""
    return unharmed(logged_in(UserFactory(is_superuser=True)))


@pytest.fixture
def ours_admin(ours: Furnished) -> Client:
    """Whose pages are narrowed to a tenant."""
    return unharmed(someone(ours.tenant, "admin"))


@pytest.fixture(params=["ours_admin", "operator"])
def client(request) -> Client:
    who: Client = request.getfixturevalue(request.param)
    return who


def unharmed(who: Client) -> Client:
    who.raise_request_exception = False
    return who


# A list that fails in the database would spoil a transaction around the test.
@pytest.mark.django_db(transaction=True)
def test_no_parameter_breaks_a_list(operator: Client):
    """Every value once for each kind of field, and one value everywhere."""
    found = [
        (model, name, value)
        for model, name, values in list_parameters()
        for value in values
        if operator.get(named(model, "changelist"), {name: value}).status_code >= 500
    ]

    assert found == []


@pytest.mark.django_db(transaction=True)
def test_no_parameter_breaks_a_list_of_a_tenant(ours_admin: Client):
    found = [
        (model, name)
        for model, name, _values in list_parameters()
        if ours_admin.get(named(model, "changelist"), {name: FEW[1]}).status_code >= 500
    ]

    assert found == []


def test_no_parameter_breaks_a_form_or_a_page_of_the_site(
    client: Client, ours: Furnished
):
    rows = [page for row in one_row_of_each(ours) for page in row_pages(row)]
    found = [
        (url, names, value)
        for urls, groups in (
            (form_pages(), FORM_PARAMETERS),
            (rows, FORM_PARAMETERS[-1:]),
            (site_pages(), SITE_PARAMETERS),
        )
        for url in urls
        for names in groups
        for value in FEW
        if client.get(with_parameters(url, **dict.fromkeys(names, value))).status_code
        >= 500
    ]

    assert found == []


def test_a_sign_that_no_text_can_hold_breaks_no_page(client: Client, ours: Furnished):
    rows = [page for row in one_row_of_each(ours) for page in row_pages(row)]
    found = [
        (url, name)
        for url in [*lists(), *form_pages(), *site_pages(), *rows]
        for name, value in (("q", NUL), (NUL, "1"))
        if client.get(with_parameters(url, **{name: value})).status_code >= 500
    ]

    assert found == []


def test_no_id_breaks_a_page(client: Client, ours: Furnished):
    found = [
        (url, method)
        for row in one_row_of_each(ours)
        for page in row_pages(row)
        for bad in IDS
        for url in [page.replace(str(row.pk), quote(bad))]
        for method in (("get", "post") if bad in IDS[:2] else ("get",))
        if getattr(client, method)(url).status_code >= 500
    ]

    assert found == []


def test_no_value_in_a_form_breaks_it(operator: Client, ours: Furnished):
    """All of its fields filled with it, and what Django reads itself."""
    pages = {
        page: fields_of(operator, page)
        for page in [*form_pages(), *changing(ours), *site_pages()]
    }
    found = [
        (page, value)
        for page, names in pages.items()
        for value in (*VALUES, *(DATES if DATE in names else ()), NUL, "[" * 50_000)
        if operator.post(page, dict.fromkeys(names, value)).status_code >= 500
    ]

    assert found == []
    assert max(map(len, pages.values())) > 10
    assert any(DATE in names for names in pages.values())


def test_no_value_in_a_form_of_a_tenant_breaks_it(ours_admin: Client, ours: Furnished):
    found = [
        (page, value)
        for page in [*form_pages(), *changing(ours), *site_pages()]
        for names in [fields_of(ours_admin, page)]
        for value in (FEW[1], NUL)
        if ours_admin.post(page, dict.fromkeys(names, value)).status_code >= 500
    ]

    assert found == []


def test_no_action_breaks_a_list(client: Client):
    names = ("action", "index", "select_across", "post", "_save", "form-TOTAL_FORMS")
    found = [
        (model, value)
        for model in admin.site._registry
        for value in (*FEW, NUL)
        if client.post(
            named(model, "changelist"),
            {"_selected_action": [value, value], **dict.fromkeys(names, value)},
        ).status_code
        >= 500
    ]

    assert found == []


def test_a_list_that_cannot_be_narrowed_so_says_so_and_shows_all(ours: Furnished):
    client = someone(ours.tenant, "admin")
    changelist = named(type(ours.notification), "changelist")

    for nonsense in ("created_at__gte=99999999-01-01", "p=99999999999999999999"):
        answer = client.get(f"{changelist}?{nonsense}", follow=True)

        shown = answer.content.decode()
        assert "The list could not be narrowed like that." in shown
        assert f"/{ours.notification.pk}/" in shown


@pytest.mark.parametrize(
    ("url", "status", "sentence"),
    [
        ("?q=%00", 400, "a sign in it that no text here can hold"),
        ("?tenant__name=x", 400, "something that does not exist"),
        ("nonsense/change/", 404, "There is nothing here"),
        ("add/", 403, "Your role in this tenant does not allow it"),
    ],
)
def test_what_is_refused_is_refused_in_a_sentence(
    ours: Furnished, url: str, status: int, sentence: str
):
    client = someone(ours.tenant, "admin")

    answer = client.get(named(type(ours.notification), "changelist") + url)

    assert answer.status_code == status
    assert sentence in answer.content.decode()


def test_an_address_fills_in_no_form(ours: Furnished):
    client = someone(ours.tenant, "admin")

    shown = client.get(reverse("admin:tenants_apikey_add"), {"name": "planted"})

    assert "planted" not in shown.content.decode().partition("<form")[2]


# --- What there is to ask ---


def with_parameters(url: str, **parameters: str) -> str:
    return url + ("&" if "?" in url else "?") + urlencode(parameters)


def list_parameters() -> Iterator[tuple[type[models.Model], str, tuple[str, ...]]]:
    """(model, parameter, values): each lookup of what filters offer, of other fields
    the plain one. All values the first time that a kind of field comes, then one."""
    known: set[tuple[type, str]] = set()
    for model, page in admin.site._registry.items():
        offered = {one for one in page.list_filter if isinstance(one, str)}
        for field in model._meta.get_fields():
            for lookup in LOOKUPS if field.name in offered else ("",):
                kind = type(field), lookup
                values = FEW[1:2] if kind in known else values_for(field)
                known |= {kind} if field.name in offered else set()
                yield model, f"{field.name}{lookup}", values
        for name in (*LIST_PARAMETERS, "status", "pk", "nothing__at__all"):
            yield model, name, FEW


def values_for(field: Any) -> tuple[str, ...]:
    if isinstance(field, models.DateField):  # of which moments are a kind
        return (*VALUES, *DATES)
    return FEW


def lists() -> Iterator[str]:
    for model in admin.site._registry:
        yield named(model, "changelist")


def site_pages() -> Iterator[str]:
    for name in ("index", "login", "search", "autocomplete", "mailbox", "jsi18n"):
        yield reverse(f"admin:{name}")
    yield reverse("admin:password_change")
    yield reverse("admin:enter_tenant")


def one_row_of_each(ours: Furnished) -> Iterator[models.Model]:
    known = {type(row): row for row in ours.rows}
    for model in admin.site._registry:
        row = known.get(model) or model._default_manager.first()
        if row is not None:
            yield row


def form_pages() -> Iterator[str]:
    for model in admin.site._registry:
        yield named(model, "add")
        if any(one.name == "channel" for one in model._meta.get_fields()):
            yield f"{named(model, 'add')}?channel=email"
    for key in ("email.smtp", "email.anymail", "sms.twilio"):
        yield f"{reverse('admin:providers_account_add')}?provider={key}"


def changing(ours: Furnished) -> Iterator[str]:
    for row in one_row_of_each(ours):
        yield named(type(row), "change", row.pk)
        if type(row)._meta.model_name == "template":
            yield reverse("admin:templates_app_template_preview", args=[row.pk])


def fields_of(client: Client, url: str) -> set[str]:
    """The names in the form that the page shows, and those of date and time apart;
    DATE besides where it has one."""
    context: Any = client.get(url).context
    names = {"params", "tenant", "username", "password", "next", "_continue"}
    if context and "adminform" in context:
        for name in context["adminform"].form.fields:
            names |= {name, f"{name}_0", f"{name}_1"}
        if any(map(dated, context["adminform"].form.fields.values())):
            names.add(DATE)
    return names


def dated(field: forms.Field) -> bool:
    return isinstance(
        field, forms.DateField | forms.DateTimeField | forms.MultiValueField
    )
