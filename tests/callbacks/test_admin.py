"""The admin's pages of endpoints and what they were told, used as a browser would."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from callbacks import endpoints, expunging, removing
from callbacks.models import Callback, Endpoint, Recovery
from tenants.models import AuditEntry, Membership, Tenant
from tests.callbacks.scene import (
    again,
    callbacks,
    endpoint,
    happened,
    receiving,
    work,
)
from tests.tenants.factories import MembershipFactory, TenantFactory

pytestmark = pytest.mark.django_db(transaction=True)
ADD = "admin:callbacks_endpoint_add"
URL = "http://127.0.0.1:9/hook"


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory(time_zone="America/Vancouver")
    return made


def in_role(tenant: Tenant, role: str = "admin") -> Client:
    client = Client()
    client.force_login(MembershipFactory(tenant=tenant, role=role).user)
    return client


def typed(**values: object) -> dict[str, object]:
    given = {"url": URL, "per_second": 50, "concurrency": 4, "active": "on", **values}
    return {name: value for name, value in given.items() if value is not None}


def of(one: Endpoint) -> str:
    return reverse("admin:callbacks_endpoint_change", args=[one.pk])


def press(client: Client, row: Endpoint | Callback, name: str, **more: str) -> str:
    kind = row._meta.model_name
    url = reverse(f"admin:callbacks_{kind}_do", args=[row.pk, name])
    answer = client.post(url, more, follow=True)
    assert answer.status_code == 200
    return str(answer.text)


def audited(tenant: Tenant) -> list[str]:
    rows = AuditEntry.for_tenant(tenant).order_by("at", "id")
    return list(rows.values_list("action", flat=True))


def reasons(tenant: Tenant) -> list[object]:
    rows = AuditEntry.for_tenant(tenant).order_by("at", "id")
    return [one.changes["reason"]["after"] for one in rows]


# --- Endpoints ---


def test_an_endpoint_is_added_and_its_secret_shown_once(tenant: Tenant):
    client = in_role(tenant)
    given = typed(
        events=["message.*", "sms.received"],
        channels=["email"],
        bearer_token="canary-token",
    )

    shown = client.post(reverse(ADD), given).text

    made = Endpoint.for_tenant(tenant).get()
    assert str(made.secret) in shown
    assert made.events == ["message.*", "sms.received"]
    assert (made.channels, made.bearer_token) == (["email"], "canary-token")
    page = client.get(of(made)).text
    assert str(made.secret) not in page
    assert "canary" not in page
    assert audited(tenant) == ["created"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"url": "http://10.0.0.1/"}, "The address is not allowed"),
        ({"bearer_token": "short"}, "10 to 1000 visible ASCII characters"),
        ({"per_second": 0}, "greater than or equal to 1"),
        ({"url": ""}, "This field is required"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    tenant: Tenant, changes: dict[str, object], sentence: str
):
    page = in_role(tenant).post(reverse(ADD), typed(**changes)).text

    assert sentence in page
    assert not Endpoint.for_tenant(tenant).exists()


def test_what_is_not_touched_stays(tenant: Tenant):
    mine = endpoint(tenant, URL, bearer_token="canary-token", per_second=7)
    client = in_role(tenant)

    answer = client.post(of(mine), typed(description="Ours", per_second=7))

    now = again(mine)
    assert answer.status_code == 302
    assert (now.description, now.per_second) == ("Ours", 7)
    assert now.bearer_token == "canary-token"
    assert now.secret == mine.secret


def test_the_form_shows_what_is_stored_and_takes_it_away(tenant: Tenant):
    stored = {"events": ["message.*"], "channels": ["sms"], "concurrency": 9}
    mine = endpoint(tenant, URL, per_second=7, **stored)
    client = in_role(tenant)

    form = client.get(of(mine)).context["adminform"].form
    client.post(of(mine), typed(per_second=7, concurrency=9))

    assert {name: form[name].value() for name in stored} == stored
    now = again(mine)
    assert (now.events, now.channels, now.concurrency) == ([], [], 9)


def test_one_that_no_name_leads_to_any_more_can_be_switched_off(tenant: Tenant):
    mine = endpoint(tenant, URL)
    Endpoint.for_tenant(tenant).update(url="https://gone.invalid/hook")

    typed_in = typed(url="https://gone.invalid/hook", active=None)
    in_role(tenant).post(of(mine), typed_in)

    assert (again(mine).active, again(mine).off_because) == (False, "by_hand")


def test_a_bearer_token_can_be_taken_away(tenant: Tenant):
    mine = endpoint(tenant, URL, bearer_token="canary-token")

    in_role(tenant).post(of(mine), typed(forget_token="on"))

    assert again(mine).bearer_token == ""


def test_why_one_was_switched_off_is_said_on_both_lists(tenant: Tenant):
    endpoint(tenant, active=False, off_because="gone", off_at=timezone.now())
    client = in_role(tenant, "support")

    page = client.get(reverse("admin:callbacks_endpoint_changelist")).text
    note = client.get(reverse("admin:callbacks_callback_changelist")).text

    assert "The receiver answered 410: it is gone" in page
    assert "An endpoint was switched off, as it did not answer well" in note


def test_those_that_requests_named_are_listed_for_whoever_asks(tenant: Tenant):
    mine = endpoint(tenant, description="Registered by hand")
    by_name = endpoints.named(tenant.id, f"{URL}/case/7")
    client = in_role(tenant)
    listed = reverse("admin:callbacks_endpoint_changelist")

    seen = {
        origin: [
            one.pk
            for one in (mine, by_name)
            if f"/{one.pk}/change/" in client.get(listed, query).text
        ]
        for origin, query in (
            ("", {}),
            ("named", {"origin": "named"}),
            ("all", {"origin": "all"}),
        )
    }

    assert seen == {"": [mine.pk], "named": [by_name.pk], "all": [mine.pk, by_name.pk]}


def test_switched_on_again_it_begins_in_good_health(tenant: Tenant):
    mine = endpoint(tenant, URL, active=False, off_because="gone", failures=9)

    page = in_role(tenant).post(of(mine), typed(), follow=True).text

    now = again(mine)
    assert (now.active, now.off_because, now.failures) == (True, "", 0)
    assert "It is on again: what waits goes out now" in page


def test_what_may_be_recovered_begins_with_the_oldest_failure(tenant: Tenant):
    mine = endpoint(tenant)
    happened(tenant, 2)
    Callback.for_tenant(tenant).update(state="failed", finished_at=timezone.now())
    then = timezone.now() - timedelta(days=3)
    first, _second = callbacks(mine)
    Callback.for_tenant(tenant).filter(id=first.id).update(created_at=then)

    asked = press(in_role(tenant), mine, "recover")

    local = then.astimezone(ZoneInfo("America/Vancouver"))
    assert f'value="{local:%Y-%m-%dT%H:%M}"' in asked


def test_a_new_secret_is_shown_once_and_the_old_one_signs_too(tenant: Tenant):
    mine = endpoint(tenant)

    page = press(in_role(tenant), mine, "new_secret")

    now = again(mine)
    assert str(now.secret) in page
    assert now.secrets(timezone.now()) == [now.secret, mine.secret]
    [entry] = AuditEntry.for_tenant(tenant).filter(action="secret changed")
    assert str(now.secret) not in str(entry.changes)


def test_an_example_is_sent_and_its_page_says_what_was_answered(tenant: Tenant):
    client = in_role(tenant)
    with receiving(text=b"Thanks") as receiver:
        mine = endpoint(tenant, receiver.url)
        asked = press(client, mine, "example")
        page = press(client, mine, "example", reason="A new receiver")
        work()

    assert "An event that says that nothing happened" in asked
    assert "The example is on its way" in page
    [told] = callbacks(mine)
    page = client.get(reverse("admin:callbacks_callback_change", args=[told.pk])).text
    assert "HTTP 200" in page
    assert "Thanks" in page
    assert audited(tenant) == ["example sent"]
    assert reasons(tenant) == ["A new receiver"]


def test_a_range_is_recovered_and_the_page_says_how_far_it_is(tenant: Tenant):
    client, mine = in_role(tenant), endpoint(tenant)
    since = timezone.now() - timedelta(hours=9)

    asked = press(client, mine, "recover")
    why = {"reason": "It was down"}
    too_long = press(client, mine, "recover", since="2020-01-01T00:00", **why)
    given = {"since": f"{since:%Y-%m-%dT%H:%M}"}
    unreasoned = press(client, mine, "recover", **given, reason="")
    page = press(client, mine, "recover", **given, **why)

    assert "What failed since" in asked
    assert "at most 14 days ago" in too_long
    assert "Say why: it stands in the audit." in unreasoned
    assert "0 sent again" in page
    assert Recovery.for_tenant(tenant).count() == 1
    assert audited(tenant) == ["recovery begun"]
    assert reasons(tenant) == ["It was down"]


def test_an_endpoint_is_removed_with_all_that_it_was_told(tenant: Tenant):
    mine = endpoint(tenant)
    happened(tenant, 2)
    url = reverse("admin:callbacks_endpoint_delete", args=[mine.pk])

    in_role(tenant).post(url, {"post": "yes"})

    removing.go_on()
    assert not Endpoint.kept_by(tenant).exists()
    assert not Callback.for_tenant(tenant).exists()
    assert in_role(tenant).get(of(mine)).status_code == 404
    assert audited(tenant) == ["deleted"]


def found(client: Client, text: str) -> bool:
    listed = client.get(reverse("admin:callbacks_endpoint_changelist"), {"q": text})
    return bool(listed.context["cl"].result_count == 1)


@pytest.mark.parametrize(
    ("text", "is_host"),
    [
        *(("hooks.example", True), ("EXAMPLE.org:8443 shop", True), ("org", True)),
        *(("t0ken", False), ("org:8443/h", False), ("user", False), ("s3cret", False)),
        *(("o.g", False), ("https", False)),
    ],
)
def test_nobody_spells_out_a_url_by_searching(tenant: Tenant, text: str, is_host: bool):
    url = "https://user:s3cret@hooks.example.org:8443/hook?t=t0ken&u=a@b"
    endpoint(tenant, url=URL, description="the shop")
    Endpoint.for_tenant(tenant).update(url=url)

    assert found(in_role(tenant, "support"), text) is is_host


def test_who_may_change_it_finds_it_by_all_of_its_url(tenant: Tenant):
    endpoint(tenant, url=f"{URL}/t0ken")

    assert found(in_role(tenant), "t0ken")


@pytest.mark.parametrize("role", ["designer", "support"])
def test_others_look_at_endpoints_and_change_nothing(tenant: Tenant, role: str):
    mine = endpoint(tenant, bearer_token="canary-token")
    client = in_role(tenant, role)

    page = client.get(of(mine)).text
    answers = [
        client.post(of(mine), typed(url="http://127.0.0.1:9/theirs")).status_code,
        client.get(reverse(ADD)).status_code,
        *(
            client.post(
                reverse("admin:callbacks_endpoint_do", args=[mine.pk, name])
            ).status_code
            for name in ("example", "recover", "new_secret")
        ),
    ]

    assert mine.host in page
    assert mine.url not in page, "the path may open the door"
    assert "canary" not in page
    assert str(mine.secret) not in page
    assert set(answers) == {403}
    assert again(mine).url == mine.url


# --- Callbacks ---


def test_every_attempt_is_seen_in_the_tenants_zone(tenant: Tenant):
    with receiving(answer=lambda _post: (500, {}), text=b"Sorry") as receiver:
        mine = endpoint(tenant, receiver.url)
        happened(tenant)
        work()
    [one] = callbacks(mine)

    url = reverse("admin:callbacks_callback_change", args=[one.pk])
    page = in_role(tenant, "support").get(url).text

    assert "HTTP 500" in page
    assert "Sorry" in page
    assert "America/Vancouver" in page
    assert " ms<" in page
    assert "Next try" in page
    assert '"number"' not in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 2),
        ({"state": "waiting"}, 2),
        ({"state": "failed"}, 0),
        ({"type": "message.sent"}, 2),
        ({"q": "message.sent"}, 2),
        ({"q": "message.failed"}, 0),
        ({"endpoint": "019a0000-0000-7000-8000-0000000000aa"}, 0),
    ],
)
def test_the_list_is_narrowed(tenant: Tenant, query: dict[str, str], count: int):
    mine = endpoint(tenant)
    happened(tenant, 2)

    url = reverse("admin:callbacks_callback_changelist")
    page = in_role(tenant).get(url, query).text

    listed = [one for one in callbacks(mine) if f"/{one.pk}/" in page]
    assert len(listed) == count


@pytest.mark.parametrize("role", Membership.Role.values)
def test_one_is_sent_again_by_whoever_may_see_it(tenant: Tenant, role: str):
    mine = endpoint(tenant)
    happened(tenant)
    Callback.for_tenant(tenant).update(state="failed", finished_at=timezone.now())
    [one] = callbacks(mine)

    client = in_role(tenant, role)
    asked = press(client, one, "resend")
    page = press(client, one, "resend", reason="The receiver lost it")

    [now] = callbacks(mine)
    assert "Why? It stands in the audit" in asked
    assert "It is on its way once more" in page
    assert now.state == "queued"
    assert now.asked_by.endswith("@example.org")
    assert audited(tenant) == ["sent again"]
    assert reasons(tenant) == ["The receiver lost it"]


def test_the_content_of_one_is_deleted_with_a_reason(tenant: Tenant):
    with receiving(text=b"Thanks, Jane") as receiver:
        mine = endpoint(tenant, receiver.url)
        happened(tenant)
        work()
    [one] = callbacks(mine)
    client = in_role(tenant)

    asked = press(client, one, "expunge")
    unreasoned = press(client, one, "expunge", reason="")
    page = press(client, one, "expunge", reason="A wish of 12 May")

    assert "This cannot be taken back" in asked
    assert "Say why: it stands in the audit." in unreasoned
    assert "Its content is deleted." in page
    assert "Its content was deleted on" in page
    assert "Jane" not in page
    assert callbacks(mine)[0].body == ""
    [entry] = AuditEntry.for_tenant(tenant)
    assert entry.changes == {"reason": {"before": None, "after": "A wish of 12 May"}}


def test_the_content_of_a_range_is_deleted_with_a_reason(tenant: Tenant):
    mine = endpoint(tenant)
    happened(tenant, 2)
    client = in_role(tenant)

    since = "2026-01-01T00:00"
    begun = press(client, mine, "expunge", since=since, reason="A wish")
    expunging.go_on()
    page = client.get(of(mine)).text

    assert "It has begun" in begun
    assert "2 deleted" in page
    assert [one.body for one in callbacks(mine)] == ["", ""]
    assert audited(tenant) == ["deletion of content begun"]


@pytest.mark.parametrize("role", ["designer", "support"])
def test_only_administrators_delete_content(tenant: Tenant, role: str):
    mine = endpoint(tenant)
    happened(tenant)
    [one] = callbacks(mine)
    client = in_role(tenant, role)

    for kind, row in (("endpoint", mine), ("callback", one)):
        url = reverse(f"admin:callbacks_{kind}_do", args=[row.pk, "expunge"])
        assert client.post(url, {"reason": "A wish"}).status_code == 403


def test_nothing_is_sent_again_to_an_endpoint_that_is_off(tenant: Tenant):
    mine = endpoint(tenant, active=False)
    one = Callback.for_tenant(tenant)
    happened_before = endpoint(tenant)
    happened(tenant)
    one.update(endpoint=mine)
    [told] = callbacks(mine)
    client = in_role(tenant)

    page = client.get(reverse("admin:callbacks_callback_change", args=[told.pk])).text
    pressed = client.post(
        reverse("admin:callbacks_callback_do", args=[told.pk, "resend"])
    )

    assert callbacks(happened_before) == []
    assert "The endpoint is switched off" in page
    assert pressed["Location"].endswith(f"/{told.pk}/change/")
    assert callbacks(mine) == [told]


def test_empty_lists_say_what_to_do_next(tenant: Tenant):
    client = in_role(tenant)

    callbacks_page = client.get(reverse("admin:callbacks_callback_changelist")).text
    endpoints_page = client.get(reverse("admin:callbacks_endpoint_changelist")).text

    assert "add one under Endpoints" in callbacks_page
    assert "Add one, then send it an example" in endpoints_page.replace("\n", " ")
