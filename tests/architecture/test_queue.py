"""The row is the queue: what only its own modules may do, and what nobody may."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture import source

STATES = "delivery/states.py"
QUEUE = "notify_project/queue/"
EXCEPTIONS = {
    "delivery/chunks.py": "a chunk is no message: it has no ledger",
    "callbacks/expunging.py": "a callback is no message: it has no ledger",
    "callbacks/finishing.py": "a callback is no message: it has no ledger",
    "delivery/incoming.py": "what a provider told us has no ledger of its own",
    "callbacks/repeating.py": "a callback is no message: it has no ledger",
    "delivery/receipts.py": "a recipient of an envelope has a word of its own",
}
# SQLite takes them without a word and locks nothing; poolers lose the last one.
LOCKS = {"select_for_update", "pg_advisory_lock", "pg_try_advisory_lock"}
# A broker would carry work, or a time: both get lost with it, or double.
PUBLISHES = {"apply_async", "delay", "delay_on_commit", "send_task"}
WAITS = {"eta", "countdown", "expires", "retry_backoff", "autoretry_for"}


def test_states_change_in_one_place():
    """By compare-and-set, with a ledger entry: everybody else asks `states.move`."""
    found = [
        f"{module}:{call.lineno}"
        for module in source.modules()
        if str(module) not in {STATES, *EXCEPTIONS}
        and not str(module).startswith(QUEUE)
        for _name, call in source.calls(module)
        if _changes_state(call)
    ]

    assert found == [], "states.move() writes the ledger"


def test_the_check_sees_what_it_should():
    [update, changed, asked] = (
        ast.parse(text, mode="eval").body
        for text in (
            "Message.for_tenant(t).filter(id=1).update(tries=1, state='sent')",
            "custody.change(Message, changes, was='a', to='b')",
            "Message.for_tenant(t).filter(state='sent').update(tries=1)",
        )
    )

    assert [_changes_state(one) for one in (update, changed, asked)] == [
        True,
        True,
        False,
    ]


def test_nobody_sets_a_state_on_an_object():
    found = [
        f"{module}:{node.lineno}"
        for module in source.modules()
        for node in ast.walk(source.tree(module))
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in _targets(node)
        if isinstance(target, ast.Attribute) and target.attr == "state"
    ]

    assert found == []


@pytest.mark.parametrize("name", sorted(LOCKS))
def test_no_lock_is_taken_that_only_one_database_has(name):
    found = [str(one) for one in source.modules() if name in source.text(one)]

    assert found == []


def test_the_broker_carries_bells_only():
    found = {
        str(module)
        for module in source.modules()
        for name, _call in source.calls(module)
        if name in PUBLISHES
    }

    assert found == {"notify_project/tasks.py"}


def test_no_task_waits_at_the_broker():
    found = [
        f"{module}:{call.lineno}: {word.arg}"
        for module in source.modules()
        if module.name == "tasks.py"
        for _name, call in source.calls(module)
        for word in call.keywords
        if word.arg in WAITS
    ]

    assert found == [], "what waits has a due_at in the database"


def _changes_state(call: ast.Call) -> bool:
    called = ast.unparse(call.func)
    sets = any(word.arg == "state" for word in call.keywords)
    return called == "custody.change" or (called.endswith(".update") and sets)


def _targets(node: ast.Assign | ast.AugAssign | ast.AnnAssign) -> Iterator[ast.expr]:
    yield from node.targets if isinstance(node, ast.Assign) else [node.target]
