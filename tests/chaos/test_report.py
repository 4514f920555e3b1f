"""The table and chaos.json."""

from __future__ import annotations

import json

from tests.chaos import report
from tests.chaos.faults import FAULTS

FOUND = {
    "fault": "F6",
    "lost": 0,
    "stuck": 0,
    "unflagged_duplicates": 0,
    "flagged_duplicates": 3,
    "accepted": 10,
    "p99_s": None,
    "seconds": 12,
    "broken": [],
}


def test_a_row_for_each_fault():
    heads, _rule, row = report.table([FOUND]).splitlines()

    assert heads.startswith("| fault | accepted | lost |")
    assert row == f"| F6 | 10 | 0 | 0 | 0 | 3 | - | 12 | {FAULTS['F6'].what} |"


def test_one_breach_spoils_the_whole_run(tmp_path):
    file = tmp_path / "proof" / "chaos.json"
    found = [FOUND, {**FOUND, "fault": "F1", "lost": 1}]
    report.write(found, seed=7, seconds=24, file=file)
    written = json.loads(file.read_text())

    assert (written["seed"], written["clean"], written["seconds"]) == (7, False, 24)
    assert set(written["faults"]) == {"F1", "F6"}


def test_a_broken_claim_is_a_breach():
    assert report.is_clean(FOUND)
    assert not report.is_clean({**FOUND, "broken": ["stuck: 1 messages"]})
