"""The admin, walked page by page as one tenant's people: nothing of another shows (S4).

Every registered model is walked, with every address that its admin has; a new page is
covered without being listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.admin import FieldListFilter
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, resolve, reverse

from delivery.models import Content
from providers.channels.base import channels
from providers.registry import provider_keys
from tenants.admin.audited import AuditedAdmin
from tenants.models import Membership, Tenant
from tenants.scoping import Scoped
from tests.furnished import Furnished, furnish
from tests.tenants.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
OURS, THEIRS = "ourcanary", "theircanary"
NOT_FOUND = {404}
CLOSED = {400, 403, 404, 405}


@pytest.fixture
def ours() -> Furnished:
    return furnish(OURS)


@pytest.fixture
def theirs() -> Furnished:
    return furnish(THEIRS)


def logged_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def someone(tenant: Tenant, role: str) -> Client:
    user = UserFactory()
    MembershipFactory(tenant=tenant, user=user, role=role)
    return logged_in(user)


@pytest.mark.parametrize("role", Membership.Role.values)
def test_no_page_shows_anything_of_another_tenant(ours, theirs, role):
    client = someone(ours.tenant, role)

    leaks = [
        url
        for url in pages()
        if THEIRS in client.get(url, follow=True).content.decode()
    ]

    assert leaks == []


# Addresses that the walk does not make up, and which test looks at each.
ELSEWHERE = {
    "auth_user_password_change": "test_no_password_is_changed_by_a_tenants_people",
    "autocomplete": "test_no_autocomplete_answers_with_rows_of_another_tenant",
    "delivery_dailycount_csv": "a file: test_no_file_shows_another_tenants_counts",
    "delivery_notification_dead": "delivery/test_admin_acting.py",
    "delivery_notification_html": "a signed look: test_a_look_at_content_is_its_own",
    "enter_tenant": "test_nobody_enters_a_tenant_that_is_not_theirs",
    "mailbox_html": "operators only: test_the_mailbox_is_for_operators",
    "mailbox_mail": "operators only: test_the_mailbox_is_for_operators",
    "events_eventtype_export": "a file: test_no_file_of_designs_has_another_tenants",
    "events_eventtype_import": "events/test_admin_bundle_pages.py",
    "events_eventtype_live_new": "events/test_admin_live_preview.py",
    "events_eventtype_recipients": "events/test_admin_offering.py",
    "events_tenantdefaults_recipients": "events/test_admin_offering.py",
    "login": "for everybody",
    "login_code": "half way in: notify_project/signing_in/test_code.py",
    "sso": "for everybody: notify_project/signing_in/test_single_sign_on.py",
    "sso_callback": "for everybody: notify_project/signing_in/test_single_sign_on.py",
    "logout": "ends a session",
    "templates_app_template_look_new": "by POST: templates_app/test_admin_writing.py",
    "search": "test_searches_find_nothing_of_another_tenant",
    "view_on_site": "test_no_row_is_found_by_its_type_and_id",
}


def test_every_address_of_the_admin_is_walked_or_looked_at_elsewhere():
    walked = {
        resolve(url.partition("?")[0]).url_name
        for row in furnish(OURS).rows
        for url in (*pages(), *row_pages(row))
    }
    walked |= {
        f"{model._meta.app_label}_{model._meta.model_name}_{name}"
        for model in admin.site._registry
        for name in ROW_PAGES
    }

    unknown = {
        one.name
        for one in addresses(admin.site.get_urls())
        if one.name and one.name not in walked | ELSEWHERE.keys()
    }

    assert unknown == set()


def test_no_file_of_designs_has_another_tenants(ours, theirs):
    answer = someone(ours.tenant, "admin").get(reverse("admin:events_eventtype_export"))

    assert OURS in answer.content.decode()
    assert THEIRS not in answer.content.decode()


def test_no_row_is_found_by_its_type_and_id(ours, theirs):
    """Django's "view on site" would lead to any row that has an address."""
    client = someone(ours.tenant, "admin")

    for row in theirs.rows:
        kind = ContentType.objects.get_for_model(type(row))
        for identity in (row.pk, uuid4()):
            url = reverse("admin:view_on_site", args=[kind.pk, identity])
            assert client.get(url).status_code == 404


def test_no_password_is_changed_by_a_tenants_people(ours, theirs):
    client = someone(ours.tenant, "admin")

    for user in (ours.member, theirs.member):
        url = reverse("admin:auth_user_password_change", args=[user.pk])
        typed = {"password1": "correct horse 2", "password2": "correct horse 2"}
        assert client.get(url).status_code in CLOSED
        assert client.post(url, typed).status_code in CLOSED
        user.refresh_from_db()
        assert user.check_password("correct horse")


def test_the_mailbox_is_for_operators(ours, settings):
    settings.EMBEDDED = True
    client = someone(ours.tenant, "admin")

    for name, args in (
        ("mailbox", []),
        ("mailbox_mail", ["x.eml"]),
        ("mailbox_html", ["x.eml"]),
    ):
        assert client.get(reverse(f"admin:{name}", args=args)).status_code == 404


def test_a_look_at_content_is_its_own(ours, theirs):
    """Who looked at a mail may not hand its address on, nor make one up."""
    for notification in (ours.notification, theirs.notification):
        Content.for_tenant(notification.tenant_id).update(
            body={
                "texts": {"subject": "s", "body": f"<p>{THEIRS}</p>"},
                "bodyType": "html",
                "sender": "a@example.org",
            }
        )
    insider = someone(theirs.tenant, "admin")
    url = named(type(theirs.notification), "content", theirs.notification.pk)
    page = insider.post(url).content.decode()
    [look] = re.findall(r'"(/admin/delivery/notification/content/[^"]+)"', page)
    assert THEIRS in insider.get(look).content.decode()

    stranger = someone(ours.tenant, "admin")

    for address in (look, look[:-2] + "x/", re.sub("/content/.*", "/content/x/", look)):
        assert stranger.get(address).status_code == 404


@pytest.mark.parametrize("ended", ["place", "role"])
def test_a_look_at_content_ends_with_the_right_to_it(ours, ended):
    Content.for_tenant(ours.tenant).update(
        body={"texts": {"body": f"<p>{OURS}</p>"}, "bodyType": "html", "sender": "a"}
    )
    client = logged_in(ours.member)
    url = named(type(ours.notification), "content", ours.notification.pk)
    [look] = re.findall(r'"(/admin/[^"]+/content/[^"]+)"', client.post(url).text)
    assert OURS in client.get(look).text

    end_without_the_page(ours, ended)

    assert client.get(look).status_code == 404


def test_the_walk_would_see_a_leak(ours, theirs):
    """An operator sees both tenants' rows on every list of tenants' rows."""
    client = logged_in(UserFactory(is_superuser=True))

    seen = {
        model
        for model in scoped_models()
        if THEIRS in client.get(named(model, "changelist")).content.decode()
    }

    assert seen == set(scoped_models())


@pytest.mark.parametrize("role", Membership.Role.values)
def test_ids_of_another_tenant_answer_404(ours, theirs, role):
    client = someone(ours.tenant, role)

    found = [
        (url, method, answer.status_code)
        for row in theirs.rows
        for url in row_pages(row)
        for method in ("get", "post")
        if (answer := getattr(client, method)(url)).status_code not in NOT_FOUND
        and not (method == "get" and answer.status_code == 405)
    ]

    assert found == []


def test_an_id_of_another_tenant_is_answered_like_one_that_never_was(ours, theirs):
    client = someone(ours.tenant, "admin")

    for row in theirs.rows:
        theirs_page = client.get(named(type(row), "change", row.pk))
        nobodys = client.get(named(type(row), "change", uuid4()))

        assert theirs_page.status_code == nobodys.status_code == 404
        assert without_nonce(theirs_page) == without_nonce(nobodys)


def test_rows_above_the_tenants_do_not_exist_for_their_people(ours, theirs):
    client = someone(ours.tenant, "admin")
    everything = admin.site._registry.items()

    for model, one in everything:
        if issubclass(model, Scoped) or model is Tenant:
            continue
        assert isinstance(one, AuditedAdmin), f"{model} has an admin that is not ours"
        for name in ("changelist", "add"):
            assert client.get(named(model, name)).status_code in CLOSED
        for row in model._default_manager.all()[:3]:
            assert client.get(named(model, "change", row.pk)).status_code == 404


def test_every_admin_of_tenants_rows_is_scoped():
    loose = [
        model
        for model, one in admin.site._registry.items()
        if not isinstance(one, AuditedAdmin)
    ]

    assert loose == []


def test_no_lookup_reaches_through_a_relation(ours, theirs):
    client = someone(ours.tenant, "admin")

    for model in scoped_models():
        for lookup in lookups(model):
            answer = client.get(named(model, "changelist"), {lookup: THEIRS})

            assert answer.status_code in CLOSED | {302}, (model, lookup)
            assert THEIRS not in answer.content.decode().replace(lookup, "")


def test_no_filter_offers_rows_of_a_relation():
    """Django's filter over a foreign key lists all rows of the other table."""
    found = [
        (model, one)
        for model, page in admin.site._registry.items()
        for one in page.list_filter
        if (
            isinstance(one, str)
            and isinstance(model._meta.get_field(one.split("__")[0]), models.ForeignKey)
        )
        or (isinstance(one, tuple) and issubclass(one[1], FieldListFilter))
    ]

    assert found == []


def test_searches_find_nothing_of_another_tenant(ours, theirs):
    client = someone(ours.tenant, "admin")
    words = (
        THEIRS,
        f"{THEIRS}-tag",
        f"{THEIRS}-correlation",
        f"to@{THEIRS}.example",
        str(theirs.notification.id),
    )

    for model in scoped_models():
        for word in words:
            page = client.get(named(model, "changelist"), {"q": word}).content.decode()

            # The page repeats the word itself; a row that it found has a link.
            listed = [row for row in theirs.rows if f"/{row.pk}/" in page]
            assert listed == []
    for word in words:
        found = client.get(reverse("admin:search"), {"s": word, "extended": "1"})
        assert [row for row in theirs.rows if f"/{row.pk}/" in found.text] == []


def test_no_autocomplete_answers_with_rows_of_another_tenant(ours, theirs):
    client = someone(ours.tenant, "admin")

    for model in admin.site._registry:
        for field in model._meta.get_fields():
            answer = client.get(
                reverse("admin:autocomplete"),
                {
                    "app_label": model._meta.app_label,
                    "model_name": str(model._meta.model_name),
                    "field_name": field.name,
                    "term": THEIRS[:5],
                },
            )

            assert THEIRS not in answer.content.decode()


def test_no_action_reaches_rows_of_another_tenant(ours, theirs):
    client = someone(ours.tenant, "admin")
    before = {row.pk: snapshot(row) for row in theirs.rows}

    for model, one in admin.site._registry.items():
        own = [row for row in theirs.rows if type(row) is model]
        for name in {*_action_names(one), "delete_selected"}:
            client.post(
                named(model, "changelist"),
                {
                    "action": name,
                    "select_across": "1",
                    "_selected_action": [str(row.pk) for row in own],
                    "post": "yes",
                },
            )

    assert {row.pk: snapshot(row) for row in theirs.rows} == before


def test_forms_refuse_foreign_keys_of_another_tenant(ours, theirs):
    """Posted by hand, since no choice offers them."""
    client = someone(ours.tenant, "admin")
    defaults = next(row for row in ours.rows if type(row).__name__ == "TenantDefaults")
    account = next(row for row in theirs.rows if type(row).__name__ == "Account")
    sender = next(row for row in theirs.rows if type(row).__name__ == "Sender")
    url = named(type(defaults), "change", defaults.pk)

    for field, row in (("account", account), ("sender", sender)):
        answer = client.post(url, {field: str(row.pk)})

        assert answer.status_code == 200
        assert "errornote" in answer.content.decode()
    defaults.refresh_from_db()
    assert defaults.account_id != account.id
    assert defaults.sender_id != sender.id


def test_staff_without_a_tenant_see_nothing(ours, theirs):
    client = logged_in(UserFactory())

    for url in pages():
        page = client.get(url, follow=True).content.decode()
        assert THEIRS not in page
        assert OURS not in page


def test_nobody_enters_a_tenant_that_is_not_theirs(ours, theirs):
    client = someone(ours.tenant, "admin")

    client.post(reverse("admin:enter_tenant"), {"tenant": str(theirs.tenant.id)})
    client.post(reverse("admin:enter_tenant"), {"tenant": ""})

    page = client.get(named(type(ours.notification), "changelist")).content.decode()
    assert OURS in page
    assert THEIRS not in page


def test_a_membership_that_ended_ends_what_one_sees(ours, theirs):
    user = UserFactory()
    MembershipFactory(tenant=ours.tenant, user=user, role="admin")
    second = MembershipFactory(tenant=theirs.tenant, user=user, role="admin")
    client = logged_in(user)
    client.post(reverse("admin:enter_tenant"), {"tenant": str(theirs.tenant.id)})
    assert THEIRS in client.get(named(Membership, "changelist")).content.decode()

    second.delete()

    assert THEIRS not in client.get(named(Membership, "changelist")).content.decode()


def test_a_place_that_ended_in_code_opens_nothing_in_a_session_that_goes_on(ours):
    """Nothing logged the person out: each request looks for the place anew."""
    client = logged_in(ours.member)
    own = [url for row in ours.rows for url in row_pages(row)]
    before = {row.pk: snapshot(row) for row in ours.rows}
    assert OURS in client.get(named(type(ours.notification), "changelist")).text

    end_without_the_page(ours, "place")

    still = [url for url in pages() if OURS in told_of_rows(client.get(url))]
    assert still == []
    for url in own:
        assert client.get(url).status_code in CLOSED, url
        assert client.post(url).status_code in CLOSED, url
    gone = {one.pk for one in ours.rows if isinstance(one, Membership)}
    after = {row.pk: snapshot(row) for row in ours.rows if row.pk not in gone}
    assert after == {pk: row for pk, row in before.items() if pk not in gone}


def test_a_role_that_was_changed_in_code_holds_from_the_next_request(ours):
    client = logged_in(ours.member)
    [key] = [row for row in ours.rows if type(row).__name__ == "ApiKey"]
    closed = (named(type(key), "changelist"), named(type(key), "change", key.pk))
    assert [client.get(url).status_code for url in closed] == [200, 200]

    end_without_the_page(ours, "role")

    assert [client.get(url).status_code for url in closed] == [403, 403]
    revoked = client.post(named(type(key), "do", key.pk, "revoke"))
    assert revoked.status_code == 403
    assert snapshot(key)["revoked_at"] is None


def end_without_the_page(ours: Furnished, what: str) -> None:
    """As a shell or a migration does it: no session ends."""
    mine = Membership.for_tenant(ours.tenant).filter(user=ours.member)
    if what == "place":
        mine.delete()
    else:
        mine.update(role="support")


def told_of_rows(answer: Any) -> str:
    """Without what the frame says of the person, whose own address it is."""
    return re.sub(rf"member@{OURS}\.example|{OURS} member", "", answer.text)


@pytest.mark.parametrize("who", ["operator", "admin"])
def test_no_page_shows_a_stored_secret(ours, theirs, who):
    """Accounts' passwords, issuers' secrets and keys go in and never come out (S32)."""
    operator = logged_in(UserFactory(is_superuser=True))
    client = operator if who == "operator" else someone(ours.tenant, "admin")
    own = [url for row in ours.rows for url in row_pages(row)]

    def shown(url: str) -> bool:
        page = client.get(url, follow=True).content.decode()
        return any(secret in page for secret in (*ours.secrets, *theirs.secrets))

    assert [url for url in [*pages(), *own] if shown(url)] == []


def test_lists_take_fifteen_queries_at_most(ours, django_assert_max_num_queries):
    client = someone(ours.tenant, "admin")

    for model in scoped_models():
        with django_assert_max_num_queries(15):
            client.get(named(model, "changelist"))


# --- What there is to walk ---


def scoped_models() -> list[type[models.Model]]:
    return [one for one in admin.site._registry if issubclass(one, Scoped)]


def named(model: type[models.Model], name: str, *args: Any) -> str:
    options = model._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_{name}", args=args)


# What each model's admin has beside its lists; rows that are made for none are not.
ROW_PAGES = ("change", "delete", "history", "do")


def addresses(patterns: list[Any]) -> Iterator[URLPattern]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns)
        else:
            yield one


def pages() -> Iterator[str]:
    """Every page that needs no id: lists, forms, popups, choices, the site's own."""
    yield reverse("admin:index")
    for name in ("mailbox", "second_factor", "jsi18n"):
        yield reverse(f"admin:{name}")
    for name in ("password_change", "password_change_done"):
        yield reverse(f"admin:{name}")
    for app in {one._meta.app_label for one in admin.site._registry}:
        yield reverse("admin:app_list", args=[app])
    for model in admin.site._registry:
        changelist, add = named(model, "changelist"), named(model, "add")
        yield changelist
        yield f"{changelist}?_popup=1&_to_field=id"
        yield f"{changelist}?o=1.-2&all="
        yield add
        yield f"{add}?_popup=1&_to_field=id"
        for one in channels():
            yield f"{add}?channel={one.code}"
        if model._meta.model_name == "account":
            for key in provider_keys():
                yield f"{add}?provider={key}"


def row_pages(row: models.Model) -> Iterator[str]:
    """Every address of the row's admin that has an id in it, of whatever name."""
    page = admin.site._registry[type(row)]
    for pattern in page.urls:
        if "object_id" in str(pattern.pattern):
            values: dict[str, Any] = {"object_id": str(row.pk)}
            names = set(re.findall(r"<(?:\w+:)?(\w+)>", str(pattern.pattern)))
            steps = getattr(page, "steps", ()) if "name" in names else ("",)
            for step in steps:
                filled = {"name": step, "number": 1, **values}
                kwargs = {one: filled[one] for one in names}
                if pattern.name:
                    yield reverse(f"admin:{pattern.name}", kwargs=kwargs)


def lookups(model: type[models.Model]) -> Iterator[str]:
    yield "tenant__name__startswith"
    yield "tenant__name"
    yield "tenant__id__exact"
    yield "id__in"
    for field in model._meta.get_fields():
        if field.is_relation:
            yield f"{field.name}__tenant__name__startswith"
            yield f"{field.name}__id__exact"


def _action_names(page: Any) -> set[str]:
    return {one if isinstance(one, str) else one.__name__ for one in page.actions or ()}


def snapshot(row: models.Model) -> Any:
    return type(row)._base_manager.filter(pk=row.pk).values().first()


def without_nonce(answer: Any) -> str:
    text = re.sub(r'nonce="[^"]*"', "", answer.content.decode())
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", text)
