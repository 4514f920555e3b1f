"""Hours of virtual time: nothing flaps, all comes to rest, and totals are kept."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.simulating import ERRORS, SLOW, Fault, Scenario, drawn, run

PAIR = (("mmg", 51), ("firetext", 49))
TRIO = (("mmg", 40), ("firetext", 35), ("twilio", 25))


def changes(scenario):
    return [one for one in run(scenario) if one.reason]


def last(scenario):
    return list(run(scenario))[-1].points


def test_without_faults_nothing_moves_in_a_day():
    assert changes(Scenario(PAIR, per_second=20, hours=24)) == []


def test_an_outage_empties_the_provider_within_minutes_and_it_comes_back():
    outage = Fault("mmg", ERRORS, 30, 60)
    moments = list(run(Scenario(PAIR, 20, 4, (outage,))))
    at = {one.seconds: one.points for one in moments}

    assert at[1790.0] == (51, 49)
    assert at[36 * 60.0][0] <= 1
    assert moments[-1].points == (51, 49)


def test_errors_move_ten_points_a_minute_at_most():
    found = changes(Scenario(PAIR, 200, 2, (Fault("mmg", ERRORS, 10, 100),)))
    times = [one.seconds for one in found if one.reason == "errors"]

    assert len(times) >= 5
    assert all(b - a >= 60.0 for a, b in itertools.pairwise(times))


def test_slow_delivery_moves_points_every_five_minutes_at_most():
    found = changes(Scenario(PAIR, 20, 3, (Fault("firetext", SLOW, 20, 60, 0.5),)))
    times = [one.seconds for one in found if one.reason == "slow"]

    assert times
    assert times[0] >= 25 * 60.0, "a message is slow when it is five minutes old"
    assert all(b - a >= 300.0 for a, b in itertools.pairwise(times))


def test_what_is_slow_everywhere_moves_nothing():
    faults = tuple(Fault(name, SLOW, 20, 90) for name, _points in PAIR)

    assert changes(Scenario(PAIR, 20, 3, faults)) == []


def test_three_providers_share_and_come_to_rest():
    fault = Fault("firetext", ERRORS, 20, 40)

    assert last(Scenario(TRIO, 30, 4, (fault,))) == (40, 35, 25)


def test_a_provider_that_fails_now_and_then_does_not_make_points_flap():
    """It errs at every tenth message: it loses what is too much, and rests there.

    In a day the direction changes at most once in 15 minutes, and by ten points.
    """
    scenario = Scenario(PAIR, 20, 24, (Fault("mmg", ERRORS, 0, 24 * 60, 0.1),))
    found = [one for one in run(scenario) if one.reason]
    settled = [one for one in found if one.seconds > 3600.0]

    turns = [
        (a.seconds, b.seconds)
        for a, b in itertools.pairwise(settled)
        if a.reason != b.reason and b.reason == "rest"
    ]
    assert all(b - a >= 900.0 for a, b in turns)
    spread = {one.points[0] for one in settled}
    assert max(spread) - min(spread) <= 20


faults = st.builds(
    Fault,
    name=st.sampled_from([name for name, _points in TRIO]),
    kind=st.sampled_from([ERRORS, SLOW]),
    begins=st.integers(0, 60).map(float),
    ends=st.integers(61, 120).map(float),
    share=st.sampled_from([0.05, 0.2, 0.5, 1.0]),
)


@settings(max_examples=15)
@given(st.lists(faults, max_size=4), st.sampled_from([2.0, 20.0, 200.0]))
def test_whatever_fails_totals_are_kept_and_all_rest_in_the_end(wrong, per_second):
    moments = list(run(Scenario(TRIO, per_second, 6, tuple(wrong))))

    assert {sum(one.points) for one in moments} == {100}
    assert moments[-1].points == (40, 35, 25)


@pytest.mark.parametrize("scenario", [Scenario(PAIR, 20, 1), Scenario(TRIO, 20, 1)])
def test_it_is_drawn_as_text(scenario):
    lines = list(drawn(scenario))

    assert lines[0].startswith("00:00:00")
    assert all(name in lines[0] for name, _points in scenario.resting)
    assert len(lines) == 12


def test_a_change_has_a_line_of_its_own_with_its_reason():
    outage = Fault("mmg", ERRORS, 7, 9)
    lines = list(drawn(Scenario(PAIR, 20, 1, (outage,))))

    assert any(line.startswith("00:07:") and line.endswith("errors") for line in lines)
