"""Connections in the pool: lent, given back, dropped, closed when idle."""

from __future__ import annotations

import time

import pytest

from providers.email.smtp.connection import Connection, Endpoint, meter_for, tls_context
from providers.email.smtp.pool import Limits, Pool
from providers.errors import Temporary
from tests.providers.email.servers import mail_server


@pytest.fixture(autouse=True)
def _loopback_allowed(settings):
    settings.EGRESS_ALLOW = ["127.0.0.0/8"]


@pytest.fixture
def mailbox():
    with mail_server() as server:
        yield server


def pool_of(mailbox, **limits):
    endpoint = Endpoint("127.0.0.1", mailbox.port, "none", tls_context())
    return Pool(lambda meter: Connection.opened(endpoint, meter), Limits(**limits))


def wait_until(condition):
    end = time.monotonic() + 10
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def test_what_is_given_back_is_lent_again(mailbox):
    pool = pool_of(mailbox)

    first, used_first = pool.take(meter_for(5))
    pool.give(first)
    second, used_second = pool.take(meter_for(5))
    pool.give(second)
    pool.close()

    assert first is second
    assert (used_first, used_second) == (False, True)


def test_a_dropped_connection_makes_room_for_another(mailbox):
    pool = pool_of(mailbox, connections=1)

    first, _used = pool.take(meter_for(5))
    pool.drop(first)
    second, used = pool.take(meter_for(5))
    pool.give(second)
    pool.close()

    assert not used
    assert mailbox.connections == 2


def test_no_more_connections_than_allowed(mailbox):
    pool = pool_of(mailbox, connections=1)
    lent, _used = pool.take(meter_for(5))

    with pytest.raises(Temporary):
        pool.take(meter_for(0.1))
    pool.give(lent)
    pool.close()


def test_a_failure_to_open_does_not_use_up_a_place():
    def fails(meter):
        raise Temporary("no")

    pool = Pool(fails, Limits(connections=1))

    for _ in range(3):
        with pytest.raises(Temporary, match="no"):
            pool.take(meter_for(1))


def test_an_idle_connection_is_closed_without_being_asked(mailbox):
    pool = pool_of(mailbox, idle_seconds=0.1)
    lent, _used = pool.take(meter_for(5))

    pool.give(lent)

    assert wait_until(lambda: lent.sock is None)


def test_a_connection_that_the_server_closed_is_not_lent(mailbox):
    pool = pool_of(mailbox)
    lent, _used = pool.take(meter_for(5))
    lent.send(b"QUIT\r\n")
    assert wait_until(lambda: not lent.is_fresh())

    pool.give(lent)
    other, used = pool.take(meter_for(5))
    pool.give(other)
    pool.close()

    assert other is not lent
    assert not used
