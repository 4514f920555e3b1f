"""The admin's pages of tenants, people and credentials, used as a browser would."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.core.paginator import InvalidPage
from django.test import Client
from django.urls import reverse

from tenants.admin import told
from tenants.admin.paging import InfinitePaginator
from tenants.models import (
    ApiKey,
    AuditEntry,
    JwtIssuer,
    Membership,
    Notice,
    Tenant,
    User,
)
from tenants.models.credentials import Scope
from tests.tenants.factories import (
    JwtIssuerFactory,
    MembershipFactory,
    TenantFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
KEY = re.compile(r"ntf_(live|team|test)_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}")


@pytest.fixture
def tenant() -> Tenant:
    return TenantFactory(name="Parks")


@pytest.fixture
def admin(tenant) -> Client:
    return logged_in(MembershipFactory(tenant=tenant, role="admin").user)


@pytest.fixture
def operator() -> Client:
    return logged_in(UserFactory(is_superuser=True))


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def enter(client: Client, tenant: Tenant) -> None:
    client.post(reverse("admin:enter_tenant"), {"tenant": str(tenant.id)})


def new_key(client: Client, **values) -> str:
    answer = client.post(
        reverse("admin:tenants_apikey_add"),
        {"name": "shop", "key_type": "test", "scopes": ["send"], "days": "90"} | values,
    )
    return answer.content.decode()


def first(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found is not None
    return found.group(1)


def key_in(page: str) -> str:
    return first(f"({KEY.pattern})", page)


def actions(tenant: Tenant) -> list[str]:
    rows = AuditEntry.for_tenant(tenant).order_by("id")
    return [f"{one.action} {one.object_type}" for one in rows]


def test_a_new_key_is_shown_on_one_page_and_never_again(admin, tenant):
    page = new_key(admin)

    text = key_in(page)
    key = ApiKey.for_tenant(tenant).get()
    again = admin.get(reverse("admin:tenants_apikey_change", args=[key.pk]))
    listed = admin.get(reverse("admin:tenants_apikey_changelist"))
    assert f"ntf_test_{key.prefix}" in text
    assert not KEY.search(again.content.decode() + listed.content.decode())
    assert text not in str(dict(admin.session)) + str(admin.cookies)
    assert actions(tenant) == ["created tenants.apikey"]


def test_the_page_with_the_key_is_kept_by_no_cache(admin):
    answer = admin.post(
        reverse("admin:tenants_apikey_add"),
        {"name": "shop", "key_type": "test", "scopes": ["send"], "days": "90"},
    )

    assert "no-store" in answer.headers["Cache-Control"]


def test_a_key_that_was_issued_by_form_works(admin, tenant):
    text = key_in(new_key(admin, scopes=["send", "read"], key_type="live"))

    answer = Client().get("/api/v1/templates", headers={"X-API-KEY": text})

    assert answer.status_code == 200


def test_what_a_key_may_do_is_told_in_words(admin, tenant):
    new_key(admin, scopes=["content", "send"])

    key = ApiKey.for_tenant(tenant).get()
    page = admin.get(reverse("admin:tenants_apikey_change", args=[key.pk])).text
    listed = admin.get(reverse("admin:tenants_apikey_changelist")).text
    assert f"{Scope.SEND.label}<br>{Scope.CONTENT.label}" in page
    assert "send, see content" in listed


def test_a_key_may_be_bound_to_channels(admin, tenant):
    form = admin.get(reverse("admin:tenants_apikey_add")).text
    new_key(admin, channels=["msgapp", "sms"])

    key = ApiKey.for_tenant(tenant).get()
    page = admin.get(reverse("admin:tenants_apikey_change", args=[key.pk])).text
    box = r'name="channels" value="msgapp".*?<span class="truncate">\s*(\S+)'
    assert key.channels == ["msgapp", "sms"]
    assert "Chat, SMS" in page
    assert re.findall(box, form, re.DOTALL) == ["Chat"]


def test_wrong_networks_are_told_beside_their_field(admin, tenant):
    page = new_key(admin, allowed_addresses="not-an-address")

    assert "Give a list of addresses or networks" in page
    assert not ApiKey.for_tenant(tenant).exists()


def test_revoking_ends_a_key_and_is_recorded(admin, tenant):
    text = key_in(new_key(admin, key_type="live", scopes=["read"]))
    key = ApiKey.for_tenant(tenant).get()

    admin.post(reverse("admin:tenants_apikey_do", args=[key.pk, "revoke"]))

    answer = Client().get("/api/v1/templates", headers={"X-API-KEY": text})
    assert answer.status_code == 401
    assert actions(tenant)[-1] == "changed tenants.apikey"


def test_rotating_shows_a_new_key_with_the_same_rights(admin, tenant):
    new_key(admin, scopes=["read"])
    old = ApiKey.for_tenant(tenant).get()

    answer = admin.post(reverse("admin:tenants_apikey_do", args=[old.pk, "rotate"]))

    new = ApiKey.for_tenant(tenant).exclude(id=old.id).get()
    assert KEY.search(answer.content.decode())
    assert new.scopes == ["read"]


def test_a_button_is_pressed_by_post_only(admin, tenant):
    new_key(admin)
    key = ApiKey.for_tenant(tenant).get()

    answer = admin.get(reverse("admin:tenants_apikey_do", args=[key.pk, "revoke"]))

    assert answer["Location"] == reverse("admin:tenants_apikey_change", args=[key.pk])


def test_support_has_no_page_of_keys(tenant):
    client = logged_in(MembershipFactory(tenant=tenant, role="support").user)

    assert client.get(reverse("admin:tenants_apikey_changelist")).status_code == 403
    assert client.get(reverse("admin:tenants_apikey_add")).status_code == 403


def test_an_operator_adds_a_new_person_and_sees_their_password_once(operator, tenant):
    enter(operator, tenant)
    answer = operator.post(
        reverse("admin:tenants_membership_add"),
        {"email": "New@Example.org", "name": "New", "role": "designer"},
    )

    password = first(r"data-secret>([^<]+)<", answer.content.decode())
    user = User.objects.get(email="new@example.org")
    assert user.check_password(password)
    assert Membership.for_tenant(tenant).get(user=user).role == "designer"


def test_an_administrator_invites_by_mail_and_sees_no_password(admin, tenant):
    answer = admin.post(
        reverse("admin:tenants_membership_add"),
        {"email": "new@example.org", "name": "New", "role": "designer"},
        follow=True,
    )

    user = User.objects.get(email="new@example.org")
    assert "new@example.org is invited by mail" in answer.text
    assert "data-secret" not in answer.text
    assert not user.has_usable_password()
    assert Notice.for_tenant(tenant).count() == 1
    assert not Client().login(username="new@example.org", password="")


def test_who_has_not_come_yet_is_invited_again_and_others_need_no_link(admin, tenant):
    waiting = MembershipFactory(tenant=tenant, user=User.objects.create_user("a@b.ca"))
    there = MembershipFactory(tenant=tenant)

    pages = [
        admin.get(reverse("admin:tenants_membership_change", args=[one.pk])).text
        for one in (waiting, there)
    ]
    admin.post(
        reverse("admin:tenants_membership_do", args=[waiting.pk, "invite_again"])
    )

    assert ["Invite again" in one for one in pages] == [True, False]
    assert Notice.for_tenant(tenant).get().data == {"member": str(waiting.pk)}
    assert actions(tenant) == ["invited tenants.membership"]


def test_a_known_person_keeps_their_password(admin, tenant):
    user = UserFactory(email="known@example.org")

    answer = admin.post(
        reverse("admin:tenants_membership_add"),
        {"email": "known@example.org", "name": "", "role": "support"},
        follow=True,
    )

    user.refresh_from_db()
    assert "known@example.org is invited by mail" in answer.text
    assert user.check_password("correct horse")
    assert user.is_staff


def test_the_same_person_twice_is_told_beside_the_address(admin, tenant):
    member = MembershipFactory(tenant=tenant).user

    answer = admin.post(
        reverse("admin:tenants_membership_add"),
        {"email": member.email, "name": "", "role": "admin"},
    )

    assert "is a member already" in answer.content.decode()


def test_nobody_changes_their_own_place(tenant):
    own = MembershipFactory(tenant=tenant, role="admin")
    client = logged_in(own.user)
    url = reverse("admin:tenants_membership_change", args=[own.pk])

    assert client.post(url, {"role": "support"}).status_code == 403


def test_an_administrator_changes_the_settings_that_are_theirs(admin, tenant):
    url = reverse("admin:tenants_tenant_change", args=[tenant.pk])

    answer = admin.post(
        url,
        {
            "name": "Parks and rivers",
            "time_zone": "Europe/London",
            "locale": "fr",
            "phone_region": "GB",
            "missing_params": "empty",
            "slug": "stolen",
            "gateway_consumer": "somebody",
            "requests_per_minute_live": "1000000",
        },
    )

    tenant.refresh_from_db()
    assert answer.status_code == 302
    assert (tenant.name, tenant.time_zone) == ("Parks and rivers", "Europe/London")
    assert tenant.slug != "stolen"
    assert tenant.gateway_consumer is None
    assert tenant.requests_per_minute_live is None
    assert actions(tenant) == ["changed tenants.tenant"]


def test_a_save_that_changes_nothing_is_not_recorded(operator, tenant):
    own = MembershipFactory(tenant=tenant, role="support")

    operator.post(
        reverse("admin:tenants_membership_change", args=[own.pk]), {"role": "support"}
    )

    assert actions(tenant) == []


def test_an_operator_works_in_one_tenant_or_sees_all(operator, tenant):
    other = MembershipFactory(tenant=TenantFactory(name="Rivers"))
    mine = MembershipFactory(tenant=tenant)
    url = reverse("admin:tenants_membership_changelist")
    everything = operator.get(url).content.decode()

    enter(operator, tenant)

    narrowed = operator.get(url).content.decode()
    assert mine.user.email in everything
    assert other.user.email in everything
    assert mine.user.email in narrowed
    assert other.user.email not in narrowed


def test_a_person_in_two_tenants_switches(tenant):
    user = UserFactory()
    other = TenantFactory(name="Zoo")
    for one in (tenant, other):
        MembershipFactory(tenant=one, user=user, role="admin")
    MembershipFactory(tenant=other, user=UserFactory(email="keeper@zoo.example"))
    client = logged_in(user)
    url = reverse("admin:tenants_membership_changelist")
    first = client.get(url).content.decode()

    enter(client, other)

    assert "keeper@zoo.example" not in first
    assert "keeper@zoo.example" in client.get(url).content.decode()


def test_an_issuers_secret_goes_in_and_never_out(operator, tenant):
    secret = "0123456789abcdef0123456789abcdef-secret"
    enter(operator, tenant)
    values = {
        "name": "login",
        "issuer": "https://id.example.org",
        "audience": "notify",
        "claim": "azp",
        "claim_value": "parks",
        "algorithm": "HS256",
        "key_type": "live",
        "scopes": ["send"],
        "active": "on",
    }

    operator.post(
        reverse("admin:tenants_jwtissuer_add"), values | {"new_secret": secret}
    )

    row = JwtIssuer.for_tenant(tenant).get()
    url = reverse("admin:tenants_jwtissuer_change", args=[row.pk])
    page = operator.get(url).content.decode()
    operator.post(url, values | {"name": "renamed"})
    row.refresh_from_db()
    assert row.shared_secret == secret
    assert row.name == "renamed"
    assert secret not in page
    assert secret not in str(list(AuditEntry.for_tenant(tenant).values()))


def test_a_short_shared_secret_is_told_beside_its_field(operator, tenant):
    row = JwtIssuerFactory(tenant=tenant)
    url = reverse("admin:tenants_jwtissuer_change", args=[row.pk])

    answer = operator.post(
        url,
        {
            "name": "login",
            "issuer": row.issuer,
            "audience": "notify",
            "claim": "azp",
            "claim_value": row.claim_value,
            "algorithm": "HS256",
            "key_type": "live",
            "scopes": ["send"],
            "new_secret": "short",
        },
    )

    assert "32 bytes or more" in answer.content.decode()


def test_an_operator_makes_a_person_who_can_log_in(operator):
    operator.post(
        reverse("admin:tenants_user_add"),
        {
            "email": "clerk@example.org",
            "name": "Clerk",
            "is_staff": "on",
            "usable_password": "true",
            "password1": "a long pass phrase",
            "password2": "a long pass phrase",
        },
    )

    assert Client().login(username="clerk@example.org", password="a long pass phrase")


def test_passwords_are_not_in_the_audit(operator):
    user = UserFactory()

    operator.post(
        reverse("admin:auth_user_password_change", args=[user.pk]),
        {
            "usable_password": "true",
            "password1": "a long pass phrase",
            "password2": "a long pass phrase",
        },
    )

    user.refresh_from_db()
    entry = AuditEntry.of_system().get()
    assert user.check_password("a long pass phrase")
    assert entry.changes["password"] == "changed"
    assert user.password not in str(entry.changes)


def test_the_audit_shows_before_and_after(admin, tenant):
    entry = AuditEntry(
        tenant=tenant,
        actor_kind="user",
        actor_label="jane@example.org",
        action="changed",
        object_type="tenants.tenant",
        object_id=str(tenant.id),
        object_label="Parks",
        changes={"name": {"before": "Park", "after": "Parks"}, "secret": "changed"},
    )
    entry.save()

    page = admin.get(
        reverse("admin:tenants_auditentry_change", args=[entry.pk])
    ).content.decode()

    assert ">Name</td>" in page
    assert "changed (secret)" in page


def test_history_tells_what_happened_to_a_row(admin, tenant):
    new_key(admin)
    key = ApiKey.for_tenant(tenant).get()
    admin.post(reverse("admin:tenants_apikey_do", args=[key.pk, "revoke"]))

    page = admin.get(reverse("admin:tenants_apikey_history", args=[key.pk]))

    assert "Revoked" in page.content.decode()


def test_empty_lists_say_what_to_do_next(admin):
    page = admin.get(reverse("admin:tenants_apikey_changelist")).content.decode()

    assert "No API keys yet" in page
    assert "Start with a test key" in page


def test_the_audit_is_told_in_words():
    entry = AuditEntry(
        object_type="tenants.apikey",
        action="content seen",
        changes={"revoked_at": {"before": None, "after": "x"}, "secret_hash": "*"},
    )

    assert told.action(entry) == "content looked at"
    assert told.kind(entry) == "API key"
    assert told.changes(entry) == [
        ("Revoked", "", "x"),
        ("Secret hash", "", "changed (secret)"),
    ]


def test_an_act_is_told_with_its_reason():
    changes = {
        "reason": {"before": None, "after": "mended"},
        "what": {"before": None, "after": ["one", "two"]},
        "messages": {"before": None, "after": 2},
    }
    entry = AuditEntry(object_type="tenants.tenant", action="replayed", changes=changes)
    written = AuditEntry(action="created", changes=changes)

    assert told.why(entry) == "mended"
    assert told.why(written) == "", "a column of its row"
    assert told.changes(entry) == [
        ("Reason", "", "mended"),
        ("What", "", "one\ntwo"),
        ("Messages", "", "2"),
    ]


def test_the_audit_is_narrowed_to_days_and_tells_both_times(admin, tenant):
    entry = AuditEntry(
        tenant=tenant,
        at=datetime(2026, 3, 2, 4, 0, tzinfo=UTC),
        actor_label="ann@example.org",
        object_type="tenants.tenant",
    )
    entry.save(force_insert=True)
    Tenant.objects.filter(id=tenant.id).update(time_zone="America/Vancouver")
    listed = reverse("admin:tenants_auditentry_changelist")

    there = admin.get(listed, {"at__gte": "2026-03-01", "at__lte": "2026-03-01"}).text
    after = admin.get(listed, {"at__gte": "2026-03-02"}).text

    assert "ann@example.org" in there
    assert "2026-03-01 20:00:00" in there
    assert "2026-03-02 04:00:00 UTC" in there
    assert "By day" in there
    assert "ann@example.org" not in after


def test_the_audit_tells_of_what_is_no_more_by_its_own_name():
    entry = AuditEntry(object_type="gone.thing", action="x", changes={"a": "*"})

    assert told.kind(entry) == "gone.thing"
    assert told.action(entry) == "x"
    assert told.changes(entry) == [("a", "", "changed (secret)")]


def test_nobody_leafs_beyond_the_deepest_row():
    paginator = InfinitePaginator([], 100)

    assert paginator.num_pages == 100
    with pytest.raises(InvalidPage):
        paginator.page(101)


def test_a_second_row_for_a_channel_is_refused_in_words():
    """Its channel is no field of the form, so the sentence stands above all fields."""
    operator = logged_in(UserFactory(is_superuser=True))
    add = reverse("admin:events_systemdefaults_add") + "?channel=email"
    operator.post(add, {})

    answer = operator.post(add, {})

    assert answer.status_code == 200
    assert "already exists" in answer.content.decode()
