"""Charts as numbers: each count has its share of the height."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from delivery.charting import Band, Counted, bands, chart, line

START = datetime(2026, 3, 1, tzinfo=UTC)
END = START + timedelta(days=7)


def parts(bar):
    return [(one.kind, one.y, one.height) for one in bar.parts]


def test_the_highest_bar_fills_the_chart_and_the_others_have_their_share():
    made = chart([Counted("a", 10, 5, 5), Counted("b", 5, 0, 0), Counted("c", 0, 0, 0)])

    assert made.most == 10
    assert parts(made.bars[0]) == [("arrived", 50, 50), ("lost", 0, 50)]
    assert parts(made.bars[1]) == [("open", 50, 50)]
    assert parts(made.bars[2]) == []
    assert made.bars[0].x < made.bars[1].x < made.width


def test_one_failure_among_a_million_is_seen_and_no_bar_leaves_the_chart():
    [bar] = chart([Counted("a", 1_000_000, 999_999, 1)]).bars
    [full] = chart([Counted("a", 3, 1, 1)]).bars

    assert [kind for kind, _y, _height in parts(bar)] == ["arrived", "lost"]
    for one in (*bar.parts, *full.parts):
        assert one.y >= 0
        assert one.y + one.height <= 100


def test_nothing_sent_is_no_chart():
    assert chart([]).most == chart([Counted("a", 0, 0, 0)]).most == 0


def test_a_line_holds_each_value_until_the_next():
    middle = START + timedelta(days=3, hours=12)

    made = line([(START, 50), (middle, 100)], START, END)

    assert made.points == "0,12 60,12 60,0 120,0"


def test_a_line_of_nothing_is_empty_and_of_zeros_lies_at_the_foot():
    assert line([], START, END).points == ""
    assert line([(START, 0)], START, END).points == "0,24 120,24"


def test_a_band_lies_where_its_time_lies_and_a_moment_is_seen():
    day = timedelta(days=1)
    spans = [
        (START - day, START + 3.5 * day),  # began before
        (START + 3.5 * day, START + 3.5 * day),
        (END, None),
    ]

    assert bands(spans, START, END) == [Band(0, 60), Band(60, 1), Band(119, 1)]
