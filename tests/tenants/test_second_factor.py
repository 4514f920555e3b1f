"""A person's second factor: set up by a code, used once, taken away."""

from __future__ import annotations

import time

import pytest
from django.db import connection

from tenants import second_factor, totp
from tenants.models import AuditEntry, RecoveryCode, SecondFactor, User
from tests.tenants.factories import MembershipFactory, TenantFactory, UserFactory
from tests.tenants.second_factors import code_of, later, with_factor

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


def actions():
    return [one.action for one in AuditEntry.of_system().order_by("id")]


def test_a_code_of_the_offered_secret_switches_it_on():
    user = UserFactory()
    secret = second_factor.offered(user, second_factor.offer(user))

    codes = second_factor.set_up(user, secret, code_of(secret))

    assert second_factor.is_on(user)
    assert len(set(codes)) == second_factor.codes_left(user) == 10
    assert actions() == ["second factor set up"]


def test_a_wrong_code_switches_nothing_on():
    user = UserFactory()
    secret = totp.new_secret()
    wrong = f"{(int(code_of(secret)) + 1) % 1_000_000:06d}"

    with pytest.raises(second_factor.WrongCode, match="six digits"):
        second_factor.set_up(user, secret, wrong)

    assert not second_factor.is_on(user)


def test_nobody_has_two():
    user, _secret, _codes = with_factor()
    other = totp.new_secret()

    with pytest.raises(second_factor.HasSecondFactor):
        second_factor.set_up(user, other, code_of(other))


def test_an_offer_is_for_one_person():
    offer = second_factor.offer(UserFactory())

    assert second_factor.offered(UserFactory(), offer) is None
    assert second_factor.offered(UserFactory(), "nonsense") is None


def test_a_code_is_accepted_once():
    user, secret, _codes = with_factor()
    later(user)

    code = code_of(secret)

    assert second_factor.accepts(user, f"{code[:3]} {code[3:]}")
    assert not second_factor.accepts(user, code)


def test_the_code_of_the_set_up_does_not_log_in():
    user, secret, _codes = with_factor()

    assert not second_factor.accepts(user, code_of(secret))


def test_a_code_of_somebody_else_is_none():
    _jane, secret, codes = with_factor()
    joe, _secret, _codes = with_factor()
    later(joe)

    assert not second_factor.accepts(joe, code_of(secret))
    assert not second_factor.accepts(joe, codes[0])
    assert not second_factor.accepts(UserFactory(), code_of(secret))


def test_a_recovery_code_is_accepted_once_however_it_is_typed():
    user, _secret, codes = with_factor()

    assert second_factor.accepts(user, f" {codes[0].upper().replace('-', ' ')} ")
    assert not second_factor.accepts(user, codes[0])
    assert second_factor.codes_left(user) == 9
    assert actions()[-1] == "recovery code used"


def test_new_recovery_codes_end_the_old_ones():
    user, _secret, old = with_factor()

    new = second_factor.renew_codes(user)

    assert not any(second_factor.accepts(user, code) for code in old)
    assert second_factor.accepts(user, new[0])


def test_neither_the_secret_nor_a_code_lies_readable_in_the_database():
    user, secret, codes = with_factor()

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM tenants_secondfactor")
        [[sealed]] = cursor.fetchall()
        cursor.execute("SELECT code_hash FROM tenants_recoverycode")
        hashes = [bytes(row[0]) for row in cursor.fetchall()]

    assert secret not in bytes(sealed)
    assert SecondFactor.objects.get(user=user).secret == secret
    assert all(len(one) == 32 for one in hashes)
    plain = {code.replace("-", "").encode() for code in codes}
    assert not any(code in one for code in plain for one in hashes)
    assert secret.hex() not in str(list(AuditEntry.of_system().values()))


def test_what_was_taken_away_is_gone_and_the_sessions_too():
    user, secret, codes = with_factor()
    operator = UserFactory(is_superuser=True)
    mark = user.get_session_auth_hash()

    second_factor.take_away(user, by=operator, reason="lost the phone")

    later(user)
    assert not second_factor.is_on(user)
    assert not second_factor.accepts(user, code_of(secret))
    assert not second_factor.accepts(user, codes[0])
    assert User.objects.get(pk=user.pk).get_session_auth_hash() != mark
    entry = AuditEntry.of_system().order_by("id").last()
    assert entry.actor_label == operator.email
    assert entry.changes["reason"]["after"] == "lost the phone"


def test_one_takes_ones_own_off():
    user, _secret, _codes = with_factor()

    second_factor.take_off(user)

    assert not second_factor.is_on(user)
    assert not RecoveryCode.objects.exists()


def test_administrators_help_their_own_people_only():
    admin = MembershipFactory(role="admin")
    mine = MembershipFactory(tenant=admin.tenant).user
    shared = MembershipFactory(tenant=admin.tenant).user
    MembershipFactory(tenant=TenantFactory(), user=shared)
    operator = MembershipFactory(
        tenant=admin.tenant, user=UserFactory(is_superuser=True)
    ).user
    designer = MembershipFactory(tenant=admin.tenant, role="designer").user

    may = second_factor.may_take_away

    assert may(admin.user, mine)
    assert not may(admin.user, shared)
    assert not may(admin.user, operator)
    assert not may(admin.user, UserFactory())
    assert not may(admin.user, admin.user)
    assert not may(designer, mine)
    assert may(operator, shared)
    assert not may(operator, operator)


def test_the_clock_of_the_phone_may_be_half_a_minute_off():
    user, secret, _codes = with_factor()
    later(user)

    assert second_factor.accepts(user, code_of(secret, at=time.time() + 30))
