"""Short memory: bounded in time and number."""

from __future__ import annotations

from notify_project.remembering import Memory, forget_everything


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_forgets_after_its_seconds():
    clock = Clock()
    memory: Memory[str, object] = Memory(size=10, seconds=lambda: 5.0, clock=clock)
    memory.put("a", 1)

    clock.now = 4.9
    young = memory.get("a")
    clock.now = 5.0

    assert (young, memory.get("a")) == (1, None)


def test_drops_the_longest_unused_when_full():
    memory: Memory[str, object] = Memory(size=2, seconds=lambda: 5.0)
    memory.put("a", 1)
    memory.put("b", 2)
    memory.get("a")

    memory.put("c", 3)

    assert [memory.get(key) for key in "abc"] == [1, None, 3]


def test_no_time_at_all_remembers_nothing():
    memory: Memory[str, object] = Memory(size=2, seconds=lambda: 0.0)

    memory.put("a", 1)

    assert memory.get("a") is None


def test_forgets_one_or_everything():
    memory: Memory[str, object] = Memory(size=5, seconds=lambda: 5.0)
    for key in "abc":
        memory.put(key, key)

    memory.forget("a")
    left = [memory.get(key) for key in "abc"]
    forget_everything()

    assert left == [None, "b", "c"]
    assert [memory.get(key) for key in "abc"] == [None] * 3
