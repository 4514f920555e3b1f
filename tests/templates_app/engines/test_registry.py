"""Engines are found by looking: a file is an engine."""

from __future__ import annotations

import pytest

from templates_app.engines import registry
from templates_app.errors import UnknownEngine


@pytest.mark.parametrize(
    ("name", "engine"),
    [
        ("handlebars", "handlebars"),
        ("handlebar", "handlebars"),
        ("hbs", "handlebars"),
        (" Handlebars ", "handlebars"),
        ("mustache", "mustache"),
        ("jinja", "jinja"),
        ("nunjucks", "jinja"),
        ("plain", "plain"),
        ("CDOGS", "cdogs"),
    ],
)
def test_each_name_finds_its_engine(name, engine):
    assert registry.engine(name).name == engine
    assert registry.is_known(name)


def test_each_engine_is_listed_once():
    names = [engine.name for engine in registry.all_engines()]

    assert names == ["cdogs", "handlebars", "jinja", "mustache", "plain"]


@pytest.mark.parametrize(
    "name", ["", "outside", "base", "registry", "x" * 1_000, "é\0"]
)
def test_any_other_name_is_refused_in_a_short_sentence(name):
    with pytest.raises(UnknownEngine) as caught:
        registry.engine(name)

    assert len(caught.value.message) < 200
    assert not registry.is_known(name)


def test_every_engine_has_a_label_for_people():
    assert all(engine.label for engine in registry.all_engines())
