"""What a bundle's file says, and what is told of one that says nonsense."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.bundles import file
from events.errors import InvalidBundle

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
EMPTY: file.Bundle = {"images": [], "templates": [], "eventTypes": []}


def bundle(**entries: Any) -> file.Bundle:
    return {**EMPTY, **entries}


def template(**said: Any) -> dict[str, Any]:
    return {**file.KINDS["templates"], "name": "Welcome", **said}


def event_type(**said: Any) -> dict[str, Any]:
    return {**file.KINDS["eventTypes"], "name": "AppRec", **said}


def reading(text: object) -> file.Bundle:
    return file.read(json.dumps(text).encode())


@given(TEXTS, st.dictionaries(st.sampled_from(["fr", "de"]), TEXTS))
def test_what_is_written_is_read(body: str, words: dict[str, str]):
    one = template(body=body, variants={tag: {"body": t} for tag, t in words.items()})
    made = bundle(templates=[one])

    assert file.read(file.written(made).encode()) == made


def test_each_line_of_a_text_stands_on_a_line():
    written = file.written(bundle(templates=[template(body="one\ntwo")]))

    assert '"one",\n' in written
    assert '"two"\n' in written


@pytest.mark.parametrize("name", ["sampleParams", "params", "paramsSchema"])
def test_params_stay_what_they_are_whatever_they_are_called(name: str):
    data = {"body": ["one", "two"], "subject": "one\ntwo", "in": {"description": [1]}}
    made = bundle(eventTypes=[event_type(**{name: data})])

    assert file.read(file.written(made).encode()) == made


def test_what_is_left_out_means_what_it_means_elsewhere():
    found = reading(
        {"notify": 1, "eventTypes": [{"name": "A", "channels": {"sms": {}}}]}
    )

    assert found["eventTypes"] == [event_type(name="A", channels={"sms": file.CHANNEL})]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, "has no notify: 1"),
        ({"notify": 2}, "has no notify: 1"),
        ([], "no file that Notify has exported"),
        ({"notify": 1, "extra": []}, "extra is not known"),
        ({"notify": 1, "templates": {}}, "templates must be a list"),
        ({"notify": 1, "templates": [7]}, r"templates\[0\] must be an object"),
        ({"notify": 1, "templates": [{"name": 7}]}, r"\[0\].name must be a text"),
        ({"notify": 1, "templates": [{"nmae": "x"}]}, r"\[0\].nmae is not known"),
        (
            {"notify": 1, "eventTypes": [{"mandatory": 1}]},
            "mandatory must be true or false",
        ),
        (
            {"notify": 1, "eventTypes": [{"expiresAfterSeconds": "1"}]},
            "must be a whole number",
        ),
        (
            {"notify": 1, "eventTypes": [{"channels": {"sms": {"on": "yes"}}}]},
            "channels.sms.on must be true or false",
        ),
        (
            {"notify": 1, "eventTypes": [{"name": "A"}, {"name": "b"}, {"name": "a"}]},
            r"eventTypes\[2\].name: 'a' is there twice",
        ),
    ],
)
def test_nonsense_is_told_with_its_place(said: object, told: str):
    with pytest.raises(InvalidBundle, match=told):
        reading(said)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"PK\x03\x04", b"{", b"[" * 9999])
def test_bytes_that_are_no_export_are_told(data: bytes):
    with pytest.raises(InvalidBundle, match="no file that Notify has exported"):
        file.read(data)


def test_a_file_that_is_too_long_is_not_read():
    with pytest.raises(InvalidBundle, match="20 MB"):
        file.read(b" " * (file.MOST_BYTES + 1))


def test_a_large_tenants_file_is_read():
    body = "word\n" * 2000
    made = bundle(
        templates=[template(name=f"T{number}", body=body) for number in range(60)],
        eventTypes=[event_type(name=f"E{number}") for number in range(900)],
    )

    assert file.read(file.written(made).encode()) == made


def test_equal_bundles_do_not_differ():
    made = bundle(templates=[template(body="x")], eventTypes=[event_type()])

    assert file.differences(made, made) == []


@pytest.mark.parametrize(
    ("old", "new"), [({"n": "1"}, {"n": 1}), ({}, {"n": ""}), ({"n": None}, {})]
)
def test_samples_that_a_call_would_tell_apart_differ(old: Any, new: Any):
    here, there = (bundle(eventTypes=[event_type(sampleParams=s)]) for s in (old, new))

    [found] = file.differences(here, there)

    assert list(found.changes) == ["sampleParams"]


def test_what_is_only_here_is_no_difference():
    assert file.differences(bundle(templates=[template()]), EMPTY) == []


def test_something_new_shows_all_that_it_says():
    [found] = file.differences(EMPTY, bundle(templates=[template(body="a\nb")]))

    assert (found.name, found.is_new) == ("Welcome", True)
    assert found.changes["body"][1:] == ["+a", "+b"]


def test_of_a_picture_only_that_it_changed():
    image = {"name": "logo", "description": ""}

    [found] = file.differences(
        bundle(images=[{**image, "content": "AAAA"}]),
        bundle(images=[{**image, "content": "BBBB"}]),
    )

    assert found.changes == {"content": []}


def test_a_field_deep_inside_is_named():
    def event(text: str) -> file.Bundle:
        values = {"content": {"body": text}}
        channel = {**file.CHANNEL, "values": values}
        return bundle(eventTypes=[event_type(channels={"sms": channel})])

    [found] = file.differences(event("old"), event("new"))

    assert found.changes == {
        "channels.sms.values.content.body": ["@@ -1 +1 @@", "-old", "+new"]
    }
