"""The demo: made once, kept at the next start, mended when a part of it is gone."""

from __future__ import annotations

import json
import stat

import pytest
from django.core.management import CommandError, call_command

from providers.models import Account, Sender
from tenants import keys
from tenants.models import ApiKey, Membership, Tenant, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def embedded(settings, tmp_path):
    settings.EMBEDDED = True
    settings.VAR_DIR = tmp_path
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    settings.PUBLIC_URL = "http://localhost:8123"


@pytest.fixture
def seed(tmp_path):
    def run(port=2525):
        call_command("seed_demo", mailbox_port=port, verbosity=0)
        return json.loads((tmp_path / "demo.json").read_text())

    return run


def test_it_tells_programs_all_that_they_need(seed, tmp_path):
    demo = seed()

    assert demo["base_url"] == "http://localhost:8123"
    assert demo["admin_url"] == "http://localhost:8123/admin/"
    assert demo["mailbox"] == str(tmp_path / "mailbox")
    assert stat.S_IMODE((tmp_path / "demo.json").stat().st_mode) == 0o600


def test_its_key_is_the_demo_tenants(seed):
    shown = keys.parse(seed()["api_key"])

    assert shown is not None
    tenant = Tenant.objects.get(slug="demo")
    key = ApiKey.for_tenant(tenant).get(prefix=shown.prefix)
    assert bytes(key.secret_hash) == shown.secret_hash
    assert key.key_type == "live"


def test_its_operator_can_log_in_and_belongs_to_the_tenant(seed):
    demo = seed()

    user = User.objects.get(email=demo["admin_email"])
    tenant = Tenant.objects.get(slug="demo")
    assert user.check_password(demo["admin_password"])
    assert user.is_superuser
    assert Membership.for_tenant(tenant).filter(user=user, role="admin").exists()


def test_its_sender_is_verified_and_the_default(seed):
    seed()

    tenant = Tenant.objects.get(slug="demo")
    sender = Sender.for_tenant(tenant).get(channel="email")
    assert sender.verified_at is not None
    assert sender.is_default


def test_the_next_start_changes_nothing(seed):
    first, second = seed(), seed()

    assert second == first
    assert ApiKey.across_tenants().count() == 1
    assert User.objects.count() == 1


def test_mail_goes_to_the_mailbox_wherever_it_listens_this_time(seed):
    seed(2525)
    seed(2626)

    account = Account.of_system().get(name="Local mailbox")
    assert account.config["port"] == 2626
    assert account.config["host"] == "127.0.0.1"


def test_what_this_machine_cannot_deliver_goes_to_the_demos_own_sandboxes(seed):
    seed()
    seed()

    tenant = Tenant.objects.get(slug="demo")
    accounts = {one.channel: one.provider for one in Account.for_tenant(tenant)}
    assert accounts == {"sms": "sms.sandbox", "msgApp": "msgapp.sandbox"}


def test_a_revoked_key_is_replaced(seed):
    first = seed()
    keys.revoke(ApiKey.across_tenants().get())

    second = seed()

    assert second["api_key"] != first["api_key"]
    assert second["admin_password"] == first["admin_password"]


def test_a_lost_file_means_a_new_key_and_a_new_password(seed, tmp_path):
    first = seed()
    (tmp_path / "demo.json").unlink()

    second = seed()

    assert second["api_key"] != first["api_key"]
    user = User.objects.get(email=second["admin_email"])
    assert user.check_password(second["admin_password"])


def test_a_password_changed_in_the_admin_stays(seed):
    seed()
    user = User.objects.get()
    user.set_password("my own words")
    user.save()

    seed()

    assert User.objects.get().check_password("my own words")


def test_production_has_no_demo(settings):
    settings.EMBEDDED = False

    with pytest.raises(CommandError, match="create_tenant"):
        call_command("seed_demo", verbosity=0)
