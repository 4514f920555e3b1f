"""The shelf keeps what is used, and never more than it may weigh."""

from __future__ import annotations

from templates_app.shelf import Shelf


def test_what_was_put_is_found():
    shelf: Shelf[str, int] = Shelf(100)

    shelf.put("a", 1, weight=10)

    assert shelf.get("a") == 1
    assert shelf.get("b") is None


def test_the_least_recently_used_goes_first():
    shelf: Shelf[str, int] = Shelf(80)
    for number, key in enumerate("abcdefgh"):
        shelf.put(key, number, weight=10)

    shelf.get("a")
    shelf.put("i", 8, weight=10)

    assert shelf.get("a") == 0
    assert shelf.get("b") is None
    assert len(shelf) == 8


def test_a_value_put_again_weighs_once():
    shelf: Shelf[str, int] = Shelf(80)

    for number in range(100):
        shelf.put("a", number, weight=10)
    shelf.put("b", 1, weight=10)

    assert shelf.get("a") == 99
    assert shelf.get("b") == 1


def test_one_huge_value_pushes_nothing_out():
    shelf: Shelf[str, int] = Shelf(80)
    shelf.put("a", 1, weight=10)

    shelf.put("huge", 2, weight=11)

    assert shelf.get("huge") is None
    assert shelf.get("a") == 1
