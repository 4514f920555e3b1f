"""What guide and README tell callers: each example is taken, each limit is so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from events import demonstrating, requests
from notify_project.api import parsers, strict_json
from providers.channels import email, msgapp, sms
from recipients import groups, safe_list, subscribing
from templates_app import drafts, images, params, pictures, rendering
from templates_app.engines.base import Engine
from tenants.models import Tenant
from tests.journeys.conftest import Caller

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]

ROOT = Path(__file__).parents[2]
CALLING = ROOT / "docs" / "guide" / "calling.md"
_SENT = re.compile(r"^send (/\S+) '(\{.*?\})'$", re.S | re.M)
_CURL = re.compile(r"^curl -sS \"?\$URL(/[^\s\"]*)\"?(.*?)(?=\n\n|\n```)", re.S | re.M)
_BODY = re.compile(r"-d '(\{.*\})'", re.S)


def examples(guide: Path) -> Iterator[tuple[str, Any]]:
    """Each call with its body, in order; a GET has none."""
    text = guide.read_text("utf-8")
    found = {one.start(): (one[1], json.loads(one[2])) for one in _SENT.finditer(text)}
    for one in _CURL.finditer(text):
        body = _BODY.search(one[2])
        found[one.start()] = (one[1], json.loads(body[1]) if body else None)
    yield from (found[at] for at in sorted(found))


@pytest.mark.parametrize(
    ("guide", "least"), [(CALLING, 12), (ROOT / "README.md", 5)], ids=str
)
def test_each_example_is_taken_as_it_stands(
    caller: Caller, tenant: Tenant, guide: Path, least: int
):
    demonstrating.furnish(tenant)  # what `make run` has there
    refused = []
    told = list(examples(guide))

    for path, body in told:
        answer = caller.get(path) if body is None else caller.post(path, body)
        if not 200 <= answer.status_code < 300:
            refused.append((path, answer.status_code, answer.content))

    assert refused == []
    assert len(told) >= least, "does this test still find them?"


def test_the_limits_are_those_of_the_code():
    text = CALLING.read_text("utf-8").partition("\n## Limits\n")[2]
    told = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", text, re.M))
    for name, numbers in {
        "requests per minute and tenant": (
            settings.REQUESTS_PER_MINUTE_LIVE,
            settings.REQUESTS_PER_MINUTE_TEST,
        ),
        "body": (parsers.SEND_BODY_BYTES // 2**20, parsers.SMALL_BODY_BYTES // 2**20),
        "recipients": (settings.ENVELOPE_RECIPIENTS, settings.REQUEST_RECIPIENTS),
        "lists": (settings.FAN_OUT_RECIPIENTS,),
        "groups": (groups.MEMBERS,),
        "subject": (email.SUBJECT_LENGTH,),
        "text message": (sms.TEXT_LENGTH, sms.GSM_SEGMENTS),
        "chat text": (msgapp.TEXT_LENGTH, msgapp.TITLE_LENGTH),
        "rendered": (rendering.HTML_BYTES // 1_000_000, rendering.TEXT_BYTES // 1000),
        "files": (
            email.FILES,
            email.FILE_BYTES // 1_000_000,
            email.FILES_BYTES // 1_000_000,
        ),
        "params": (params.PARAMS_BYTES // 1024, params.PARAMS_DEPTH),
        "params of a subscriber": (subscribing.PARAMS_BYTES // 1000,),
        "template": (Engine.source_limit_bytes // 1024, drafts.MOST_VARIANTS),
        "images": (images.MOST, pictures.BYTES // 1000, pictures.SIDE),
        "tags": (requests.TAGS, requests.TAG_LENGTH),
        "headers": (email.HEADERS,),
        "safe list": (safe_list.LONGEST,),
        "JSON": (strict_json.MAX_DEPTH, strict_json.MAX_KEYS),
    }.items():
        said = re.findall(r"\d[\d,]*", told[name])
        assert [int(one.replace(",", "")) for one in said] == list(numbers), name
