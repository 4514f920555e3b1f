"""The provider's moods are by chance, and repeatable."""

from __future__ import annotations

from collections import Counter

from tests.chaos.moods import CRUEL, TABLES, Mood, mood, word_of

WORDS = [word_of(number) for number in range(4000)]


def test_the_same_seed_gives_the_same_moods_and_another_one_others():
    first = [mood(1, word, 1, CRUEL) for word in WORDS]

    assert first == [mood(1, word, 1, CRUEL) for word in WORDS]
    assert first != [mood(2, word, 1, CRUEL) for word in WORDS]
    assert first != [mood(1, word, 2, CRUEL) for word in WORDS]


def test_shares_are_about_what_the_table_says():
    counts = Counter(mood(1, word, 1, CRUEL) for word in WORDS)

    for one, share in CRUEL.items():
        assert 0.5 < counts[one] / len(WORDS) / share < 1.5


def test_who_is_kind_is_always_well():
    assert {mood(1, word, 1, TABLES["kind"]) for word in WORDS} == {Mood.WELL}
