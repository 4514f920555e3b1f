"""The admin's pages of accounts, senders and services, used as a browser would."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from notify_project.embedded.place import free_port
from providers import breaker, doors, weights
from providers.models import Account, Sender, Service
from tenants.models import AuditEntry, Notice, Tenant
from tests.furnished import Furnished, furnish
from tests.tenants.factories import MembershipFactory, TenantFactory, UserFactory

pytestmark = pytest.mark.django_db
ADD = "admin:providers_account_add"
RENEW = "renew_receipts_address"


@pytest.fixture
def tenant() -> Tenant:
    return TenantFactory()


@pytest.fixture
def admin(tenant) -> Client:
    return logged_in(MembershipFactory(tenant=tenant, role="admin").user)


@pytest.fixture
def operator() -> Client:
    return logged_in(UserFactory(is_superuser=True))


@pytest.fixture
def parks() -> Furnished:
    return furnish("parks")


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def mail_server(**values) -> dict[str, str]:
    given = {"host": "127.0.0.1", "port": "2525", "security": "none", **values}
    common = {"name": "Post", "active": "on", "priority": "10", "weight": ""}
    return common | {f"config-{name}": value for name, value in given.items()}


def account_of(made: Furnished) -> Account:
    return Account.for_tenant(made.tenant).get()


def account_at_twilio(tenant: Tenant) -> Account:
    made = Account(
        tenant=tenant,
        channel="sms",
        provider="sms.twilio",
        name="Texts",
        config={
            "account_sid": "AC" + "0" * 32,
            "auth_token": "f00dcafe" * 4,
            "sender": "+16045550123",
        },
    )
    made.save()
    return made


def sender_of(made: Furnished) -> Sender:
    return Sender.for_tenant(made.tenant).get()


def test_first_one_chooses_a_provider(admin):
    page = admin.get(reverse(ADD)).content.decode()

    assert "?provider=email.smtp" in page
    assert "each account is one destination" in page


def test_an_unknown_provider_has_no_form(admin):
    assert admin.get(reverse(ADD), {"provider": "email.pigeon"}).status_code == 404


def test_an_account_is_made_by_the_form_that_its_provider_declares(admin, tenant):
    url = f"{reverse(ADD)}?provider=email.smtp"

    answer = admin.post(url, mail_server(username="me", password="hidden-word"))

    made = Account.for_tenant(tenant).get()
    assert answer.status_code == 302
    assert (made.channel, made.provider, made.name) == ("email", "email.smtp", "Post")
    assert made.config["port"] == 2525
    assert made.config["password"] == "hidden-word"
    entry = AuditEntry.for_tenant(tenant).get()
    assert entry.changes["config"] == "changed"
    assert "hidden-word" not in str(entry.changes)


def test_what_the_provider_refuses_stands_beside_its_field(admin, tenant):
    url = f"{reverse(ADD)}?provider=email.smtp"

    page = admin.post(url, mail_server(port="70000")).content.decode()

    assert "from 1 to 65535" in page or "65535" in page
    assert not Account.for_tenant(tenant).exists()


def test_a_password_stays_when_its_field_is_left_empty(parks):
    client = logged_in(parks.member)
    account = account_of(parks)
    url = reverse("admin:providers_account_change", args=[account.pk])

    answer = client.post(url, mail_server(username="parks", password=""))

    account.refresh_from_db()
    assert answer.status_code == 302
    assert account.name == "Post"
    assert account.config["password"] == parks.account_secret


def test_the_same_name_twice_is_told_in_words(parks):
    client = logged_in(parks.member)
    client.post(f"{reverse(ADD)}?provider=email.smtp", mail_server())

    page = client.post(f"{reverse(ADD)}?provider=email.smtp", mail_server())

    assert "An account of this name exists already" in page.content.decode()


def test_a_url_that_leads_inside_is_refused_at_save(admin, tenant, settings):
    settings.EGRESS_ALLOW = []
    url = f"{reverse(ADD)}?provider=msgapp.webhook"

    page = admin.post(
        url, {"name": "Room", "active": "on", "config-url": "https://127.0.0.1/hook"}
    ).content.decode()

    assert "not allowed" in page
    assert not Account.for_tenant(tenant).exists()


def test_checking_a_connection_tells_what_was_found_and_keeps_it(parks):
    client = logged_in(parks.member)
    account = account_of(parks)
    account.config = {**account.config, "port": free_port(2525)}
    account.save()
    url = reverse("admin:providers_account_do", args=[account.pk, "check_connection"])

    page = client.post(url, follow=True).content.decode()

    account.refresh_from_db()
    assert account.check_ok is False
    assert account.check_detail
    assert account.check_detail.partition(".")[0][:20] in page
    assert parks.account_secret not in page


def test_a_new_receipt_address_leaves_the_old_one_open_for_a_while(
    admin, tenant, settings
):
    settings.PUBLIC_URL = "https://notify.example.org"
    account = account_at_twilio(tenant)
    before = doors.address(account)
    url = reverse("admin:providers_account_do", args=[account.pk, RENEW])

    page = admin.post(url, follow=True).content.decode()

    account.refresh_from_db()
    now = doors.address(account)
    assert now != before
    assert now in page
    assert before not in page
    tokens = [each.rpartition("/")[2] for each in (before, now)]
    assert [doors.opens(account, [one]) for one in tokens] == [True, True]
    assert "New receipt address" in page
    assert AuditEntry.for_tenant(tenant).filter(object_id=str(account.pk)).exists()


def test_who_reports_nothing_has_no_receipt_address(parks):
    account = account_of(parks)
    url = reverse("admin:providers_account_do", args=[account.pk, RENEW])

    page = logged_in(parks.member).post(url, follow=True)

    assert "Nothing was done" in page.content.decode()
    account.refresh_from_db()
    assert account.receipt_token_at is None


def test_an_account_tells_what_its_provider_can_do(parks):
    client = logged_in(parks.member)
    url = reverse("admin:providers_account_change", args=[account_of(parks).pk])

    page = client.get(url).content.decode()

    assert "Files can go along. One call takes up to 50 recipients." in page


def test_the_systems_accounts_are_names_to_tenants(admin, operator):
    operator.post(
        f"{reverse(ADD)}?provider=email.smtp", mail_server(host="inside.example")
    )
    system = Account.of_system().get(name="Post")
    url = reverse("admin:providers_account_change", args=[system.pk])

    page = admin.get(url).content.decode()

    assert "Post" in page
    assert "inside.example" not in page
    assert admin.post(url, mail_server()).status_code == 403
    check = reverse("admin:providers_account_do", args=[system.pk, "check_connection"])
    assert admin.post(check).status_code == 403


def test_an_operator_in_a_tenant_makes_that_tenants_account(operator, tenant):
    operator.post(reverse("admin:enter_tenant"), {"tenant": str(tenant.id)})

    operator.post(f"{reverse(ADD)}?provider=email.smtp", mail_server())

    assert Account.for_tenant(tenant).count() == 1
    assert not Account.of_system().filter(name="Post").exists()


def test_an_account_in_use_is_not_deleted(parks):
    client = logged_in(parks.member)
    account = account_of(parks)
    url = reverse("admin:providers_account_delete", args=[account.pk])

    page = client.post(url, {"post": "yes"}, follow=True).content.decode()

    assert "Switch it off instead" in page
    assert Account.for_tenant(parks.tenant).exists()


def test_a_new_sender_waits_and_is_asked_by_mail(admin, tenant):
    admin.post(
        reverse("admin:providers_sender_add"),
        {"channel": "email", "address": "Office@Example.org", "name": "Office"},
    )

    sender = Sender.for_tenant(tenant).get()
    assert sender.verified_at is None
    assert Notice.for_tenant(tenant).count() == 1
    page = admin.get(reverse("admin:providers_sender_changelist")).content.decode()
    assert "Waits to be verified" in page


def test_a_senders_wrong_address_is_told_beside_its_field(admin, tenant):
    page = admin.post(
        reverse("admin:providers_sender_add"),
        {"channel": "email", "address": "office@", "name": ""},
    ).content.decode()

    assert "errornote" in page
    assert not Sender.for_tenant(tenant).exists()


def test_only_operators_vouch_for_a_sender(parks, operator):
    sender = sender_of(parks)
    url = reverse("admin:providers_sender_do", args=[sender.pk, "verify"])

    refused = logged_in(parks.member).post(url)
    operator.post(url)

    sender.refresh_from_db()
    assert refused.status_code == 403
    assert sender.verified_at is not None
    assert AuditEntry.for_tenant(parks.tenant).filter(action="verified").exists()


def test_the_link_can_be_sent_again(parks):
    sender = sender_of(parks)
    url = reverse("admin:providers_sender_do", args=[sender.pk, "resend"])

    page = logged_in(parks.member).post(url, follow=True).content.decode()

    assert f"on its way to {sender.address}" in page
    assert Notice.for_tenant(parks.tenant).count() == 1


def test_one_sender_of_a_channel_is_the_default(parks):
    client = logged_in(parks.member)
    first = sender_of(parks)
    client.post(
        reverse("admin:providers_sender_add"),
        {
            "channel": "email",
            "address": "b@example.org",
            "name": "",
            "is_default": "on",
        },
    )

    client.post(reverse("admin:providers_sender_do", args=[first.pk, "make_default"]))

    defaults = Sender.for_tenant(parks.tenant).filter(is_default=True)
    assert [one.pk for one in defaults] == [first.pk]


def test_a_sender_in_use_is_not_deleted(parks):
    sender = sender_of(parks)
    url = reverse("admin:providers_sender_delete", args=[sender.pk])

    page = logged_in(parks.member).post(url, {"post": "yes"}, follow=True)

    assert "Take it out there first" in page.content.decode()
    assert Sender.for_tenant(parks.tenant).exists()


ADD_SERVICE = "admin:providers_service_add"


def typed_service(**changes: str) -> dict[str, str]:
    """What a browser would post of a program that makes files."""
    return {
        "name": "Letters",
        "active": "on",
        "config-url": "https://127.0.0.1/make",
        "config-header": "Authorization",
        "config-credential": "Bearer hidden-word",
        "required_params": "number applicant.name",
        "taken_params": '{"citizen": "applicant.name"}',
        "fixed_params": '{"office": "Victoria"}',
        **changes,
    }


def add_service(client, **changes):
    url = f"{reverse(ADD_SERVICE)}?provider=documents.http"
    return client.post(url, typed_service(**changes))


def test_first_one_chooses_a_service(admin):
    page = admin.get(reverse(ADD_SERVICE)).content.decode()

    assert "?provider=documents.cdogs" in page
    assert "?provider=directories.cstar" in page
    assert admin.get(reverse(ADD_SERVICE), {"provider": "x.y"}).status_code == 404


def test_a_service_is_made_by_the_form_that_it_declares(admin, tenant):
    answer = add_service(admin)

    assert answer.status_code == 302, answer.content
    made = Service.for_tenant(tenant).get()
    assert (made.provider, made.name) == ("documents.http", "Letters")
    assert made.config["credential"] == "Bearer hidden-word"
    assert made.required == ["number", "applicant.name"]
    assert made.taken == {"citizen": "applicant.name"}
    assert made.fixed == {"office": "Victoria"}
    entry = AuditEntry.for_tenant(tenant).get()
    assert "hidden-word" not in str(entry.changes)


def test_the_credential_of_a_service_never_reaches_the_page_and_stays(admin, tenant):
    add_service(admin)
    made = Service.for_tenant(tenant).get()
    url = reverse("admin:providers_service_change", args=[made.pk])

    page = admin.get(url).content.decode()
    kept = typed_service(**{"name": "Other", "config-credential": ""})
    admin.post(url, kept)

    assert "hidden-word" not in page
    assert "applicant.name" in page
    made.refresh_from_db()
    assert (made.name, made.config["credential"]) == ("Other", "Bearer hidden-word")


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("required_params", "a..b"),
        ("taken_params", '{"a": 1}'),
        ("taken_params", "[1]"),
        ("fixed_params", "{"),
        ("config-url", "https://10.0.0.1/x"),
        ("name", ""),
    ],
)
def test_what_a_service_cannot_have_is_said_at_its_field(admin, tenant, field, given):
    answer = add_service(admin, **{field: given})

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode() or "text-red" in (
        answer.content.decode()
    )
    assert not Service.for_tenant(tenant).exists()


def test_a_service_is_tried_out_by_a_button(admin, tenant):
    add_service(admin, **{"config-url": f"http://127.0.0.1:{free_port(39_000)}/x"})
    made = Service.for_tenant(tenant).get()
    url = reverse("admin:providers_service_do", args=[made.pk, "check_connection"])

    page = admin.post(url, follow=True).content.decode()

    made.refresh_from_db()
    assert made.check_ok is False
    assert "not reachable" in page


def test_designers_look_at_services_and_change_none(tenant):
    designer = logged_in(MembershipFactory(tenant=tenant, role="designer").user)
    add_service(logged_in(MembershipFactory(tenant=tenant, role="admin").user))
    made = Service.for_tenant(tenant).get()
    url = reverse("admin:providers_service_change", args=[made.pk])

    assert designer.get(url).status_code == 200
    assert designer.post(url, typed_service(name="Theirs")).status_code == 403
    assert add_service(designer).status_code == 403


def test_another_tenants_service_is_not_there(admin, tenant):
    other = Service(tenant=TenantFactory(), provider="documents.http", name="Theirs")
    other.save()
    url = reverse("admin:providers_service_change", args=[other.pk])

    assert admin.get(url).status_code == 404


class TestPoints:
    def changed(self, made: Furnished, **values) -> Account:
        client = logged_in(made.member)
        url = reverse("admin:providers_account_change", args=[account_of(made).pk])
        answer = client.post(url, mail_server(username="parks") | values)
        assert answer.status_code == 302
        return account_of(made)

    def page(self, made: Furnished) -> str:
        url = reverse("admin:providers_account_change", args=[account_of(made).pk])
        return str(logged_in(made.member).get(url).content.decode())

    def test_a_new_account_begins_where_it_rests(self, admin, tenant):
        url = f"{reverse(ADD)}?provider=email.smtp"
        admin.post(url, mail_server() | {"resting_point": "30", "weight": ""})

        made = Account.for_tenant(tenant).get()
        assert (made.resting_point, made.weight) == (30, 30)

    def test_a_new_resting_point_takes_the_points_along(self, parks):
        made = self.changed(parks, resting_point="20", weight="50")

        assert (made.resting_point, made.weight) == (20, 20)

    def test_points_set_by_a_person_are_recorded_with_their_name(self, parks):
        made = self.changed(parks, resting_point="50", weight="10")
        [change] = weights.history(made)

        assert (made.resting_point, made.weight) == (50, 10)
        assert (change.before, change.after, change.reason) == (50, 10, "by_hand")
        assert "50 → 10. Set by a person" in self.page(parks)

    def test_what_balancing_did_stands_on_the_page(self, parks):
        made = account_of(parks)
        weights.change(
            [weights.Change(made.id, 50, 40)], reason="errors", detail="Post: errors 77"
        )

        page = self.page(parks)
        assert "50 → 40. Too many errors: points go to the others" in page
        assert "It is called whenever it is its turn." in page

    def test_an_open_breaker_is_told(self, parks):
        breaker.open_for(account_of(parks).id)

        assert "Its calls failed one after the other" in self.page(parks)

    def test_limits_are_kept_and_nonsense_is_told(self, parks):
        made = self.changed(parks, rate_per_second="14", concurrency="4")
        assert (made.rate_per_second, made.concurrency) == (14.0, 4)

        url = reverse("admin:providers_account_change", args=[made.pk])
        values = mail_server(username="parks") | {"rate_per_second": "0"}
        page = logged_in(parks.member).post(url, values).content.decode()
        assert "0.01" in page

    def test_a_mail_account_is_not_asked_whether_it_texts_abroad(self, parks):
        assert "sends abroad" not in self.page(parks).lower()
