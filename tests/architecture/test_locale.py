"""The French texts: complete, compiled, with the placeholders of the English ones."""

from __future__ import annotations

import ast
import gettext
import re
import struct
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import override

from tests.notify_project.api.test_guide_complete import families

FOLDER = Path(settings.LOCALE_PATHS[0]) / "fr" / "LC_MESSAGES"
NO_BREAK_SPACE = "\u00a0"
# What a program reads or fills in: values, parts of templates, names of the API.
PLACEHOLDER = re.compile(
    r"%\(\w+\)[sd]"
    r"|(?<!\{)\{\w+\}(?!\})"
    r"|\{\{[^\s{}][^{}]*\}\}"
)
API_NAME = re.compile(
    r"\b[a-z]+[A-Z]\w*|\brecipients\.\w+|\bX-[\w-]+|\b(?:GET|POST) /\w+|https?://\S*\w"
)
TAG = re.compile(r"</?\w+>")
# The words that pages of ours hand to gettext.
IN_A_PAGE = re.compile(r"""\{% translate (["'])(.+?)\1""")
SENTENCE = re.compile(r"[A-Za-z]+ [a-z]+|[a-z] [A-Za-z]+")
# Canada's way: no space before ; ! ? and a no-break one before : and within « ».
WRONG_SPACING = re.compile(r"[ \u00a0\u202f][;!?](?!\w)| :(?!\w)|« | »|«(?!\u00a0)")


APPS = (
    *("callbacks", "delivery", "events", "notify_project", "providers", "recipients"),
    *("templates_app", "tenants"),
)


class Entry(NamedTuple):
    """One text of the .po; the header has an empty msgid."""

    flags: str
    context: str
    english: str
    french: str


def entries() -> Iterator[Entry]:
    for block in (FOLDER / "django.po").read_text(encoding="utf-8").split("\n\n"):
        fields = {"#,": "", "msgctxt": "", "msgid": "", "msgstr": ""}
        name = ""
        for line in block.splitlines():
            word, _space, rest = line.partition(" ")
            if word == "#,":
                fields["#,"] += rest
            elif line.startswith('"'):
                fields[name] += ast.literal_eval(line)
            elif not line.startswith("#"):
                name = word
                fields[name] += ast.literal_eval(rest)
        yield Entry(*fields.values())


def sources(pattern: str) -> Iterator[str]:
    for app in APPS:
        for path in sorted((settings.BASE_DIR / app).rglob(pattern)):
            yield path.read_text(encoding="utf-8")


def texts_of_code(source: str) -> Iterator[str]:
    """What is given to gettext and gettext_lazy, whatever a module calls them."""
    tree = ast.parse(source)
    names = {
        one.asname or one.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module == "django.utils.translation"
        for one in node.names
        if one.name in ("gettext", "gettext_lazy", "gettext_noop")
    }
    names.add("gettext_noop")  # that of errors.py, which knows no Django
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(text))]):
                if name in names:
                    yield text


def is_unmarked(text: ast.expr) -> bool:
    """Words that no gettext has seen: "...", f"...", "..." % x, one of two of these."""
    match text:
        case ast.Constant(value=str(words)):
            return bool(words)
        case ast.JoinedStr(values=parts):
            return any(
                SENTENCE.search(one.value)
                for one in parts
                if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )
        case ast.BinOp(left=left):
            return is_unmarked(left)
        case ast.IfExp(body=body, orelse=other):
            return is_unmarked(body) or is_unmarked(other)
    return False


def unmarked_errors(source: str, names: set[str]) -> Iterator[str]:
    """Titles and messages of these error classes that would stay English."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[first, *_]):
                if name in names and is_unmarked(first):
                    yield ast.unparse(node)[:80]
            case ast.ClassDef(name=name, body=body) if name in names:
                for one in body:
                    match one:
                        case (
                            ast.Assign(targets=[ast.Name(id="title")], value=value)
                            | ast.AnnAssign(target=ast.Name(id="title"), value=value)
                        ) if value is not None and is_unmarked(value):
                            yield f"{name}.title"


@pytest.fixture(scope="module")
def texts() -> list[Entry]:
    return [one for one in entries() if one.english]


def found(pattern: re.Pattern[str], text: str) -> list[str]:
    return sorted(pattern.findall(text))


def test_every_text_is_translated(texts: list[Entry]):
    assert len(texts) > 500
    assert [one.english for one in texts if not one.french.strip()] == []


def test_every_text_of_the_code_is_here(texts: list[Entry]):
    """`make messages` collects them; it must know the names that gettext goes by."""
    known = {one.english for one in texts}

    used = {text for source in sources("*.py") for text in texts_of_code(source)}
    used |= {
        match[2] for page in sources("*.html") for match in IN_A_PAGE.finditer(page)
    }

    assert len(used) > 500
    assert used - known == set()


def test_every_error_is_marked_for_translation():
    names = {one.__name__ for one in families()}

    found = [
        text for source in sources("*.py") for text in unmarked_errors(source, names)
    ]

    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        'raise Invalid("Give a body.", field="body")',
        'Invalid(f"{name} is no name.")',
        'Invalid("%s is no name." % name)',
        'Invalid(_("Give a body.") if x else "Give a name.")',
        'class Invalid(Exception):\n    title = "Not valid"',
        'class Invalid(Exception):\n    title: str = "Not valid"',
    ],
)
def test_an_error_that_would_stay_english_is_seen(source: str):
    assert list(unmarked_errors(source, {"Invalid"}))


def test_no_translation_is_a_guess_of_the_tools(texts: list[Entry]):
    assert [one.english for one in texts if "fuzzy" in one.flags] == []


def test_what_is_compiled_is_what_is_written(texts: list[Entry]):
    compiled = (FOLDER / "django.mo").read_bytes()
    with (FOLDER / "django.mo").open("rb") as file:
        catalog = gettext.GNUTranslations(file)
    (count,) = struct.unpack("<I", compiled[8:12])

    stale = [
        one.english
        for one in texts
        if one.french
        != (
            catalog.pgettext(one.context, one.english)
            if one.context
            else catalog.gettext(one.english)
        )
    ]

    assert stale == []
    assert count == len(texts) + 1, "the header is one more"


@pytest.mark.parametrize(
    "pattern", [PLACEHOLDER, API_NAME, TAG], ids=["placeholders", "names", "tags"]
)
def test_what_programs_read_is_not_translated(
    texts: list[Entry], pattern: re.Pattern[str]
):
    differing = [
        one
        for one in texts
        if found(pattern, one.english) != found(pattern, one.french)
    ]

    assert differing == []


def test_lines_begin_and_end_as_in_english(texts: list[Entry]):
    def edges(text: str) -> tuple[int, bool, bool]:
        return text.count("\n"), text.startswith(" "), text.endswith((" ", "."))

    assert [one for one in texts if edges(one.english) != edges(one.french)] == []


def test_spaces_are_set_as_in_canada(texts: list[Entry]):
    assert [one.french for one in texts if WRONG_SPACING.search(one.french)] == []
    assert any(f"{NO_BREAK_SPACE}:" in one.french for one in texts)


def test_our_words_do_not_replace_those_of_dates():
    with override("fr"):
        assert date_format(date(2026, 5, 7), "j F Y") == "7 mai 2026"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "fr-CA,fr;q=0.9,en;q=0.5"])
def test_an_error_is_told_in_the_language_of_the_request(language: str):
    answer = Client().post(
        "/notifysimple/email", {}, "application/json", HTTP_ACCEPT_LANGUAGE=language
    )

    assert answer.status_code == 401
    assert answer["Content-Language"] == "fr"
    assert answer.json()["detail"].startswith("La requête ne porte aucun moyen")
    assert answer.json()["title"].startswith("Les identifiants manquent")


@pytest.mark.django_db
def test_without_a_language_an_error_is_told_in_english():
    answer = Client().post("/notifysimple/email", {}, "application/json")

    assert answer.json()["detail"].startswith("The request carries no credential")


@pytest.mark.django_db
def test_the_admin_asks_for_the_password_in_french():
    page = Client().get(reverse("admin:login"), HTTP_ACCEPT_LANGUAGE="fr-CA")

    text = page.content.decode()
    assert '<html lang="fr"' in re.sub(r"\s+", " ", text)
    assert "Mot de passe" in text
    assert "Adresse courriel" in text or "adresse courriel" in text
