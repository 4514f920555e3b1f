"""Designs out as a file and in from one, as a designer does it in a browser."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from events.bundles import carrying, file
from events.models import EventType
from recipients import groups
from recipients.models import Group
from templates_app import editing
from templates_app.drafts import Draft
from templates_app.models import Template
from tenants.models import AuditEntry, Tenant
from tests.events.designed import mail_design, published
from tests.events.scene import tenant_with_mail
from tests.tenants.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
TO_BOSS = {"recipients": {"to": [{"group": "Boss"}]}}
EXPORT = "admin:events_eventtype_export"
IMPORT = "admin:events_eventtype_import"


class TextArea(HTMLParser):
    """What the page holds of the file that was looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.text = False, ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.inside = tag == "textarea"

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        self.text += data if self.inside else ""


def someone(tenant: Tenant, role: str = "designer") -> Client:
    client = Client()
    client.force_login(MembershipFactory(tenant=tenant, role=role).user)
    return client


def ready() -> Tenant:
    """Has the group that is written to."""
    tenant = tenant_with_mail()
    groups.create(
        tenant, name="Boss", channel_code="email", addresses=["b@example.org"]
    )
    return tenant


def designed() -> Tenant:
    tenant = ready()
    published(tenant, "AppRec", mail_design(values=TO_BOSS))
    words = Draft(subject="Hello", body="Line one\nLine <two>")
    editing.create(tenant, name="Welcome", channel_code="email", draft=words)
    return tenant


def exported(tenant: Tenant) -> bytes:
    return file.written(carrying.of(tenant)).encode()


def look(client: Client, data: bytes) -> Any:
    upload = SimpleUploadedFile("designs.json", data, "application/json")
    return client.post(reverse(IMPORT), {"file": upload})


def take_over(client: Client, looked: Any) -> Any:
    page = TextArea()
    page.feed(looked.content.decode())
    form = {"text": page.text, "seen": looked.context["seen"], "take_over": "1"}
    return client.post(reverse(IMPORT), form, follow=True)


def test_out_of_one_tenant_and_into_another():
    here, there = designed(), ready()

    given = someone(here).get(reverse(EXPORT))
    designer = someone(there)
    looked = look(designer, given.content)
    nothing_yet = EventType.for_tenant(there).exists()
    told = take_over(designer, looked).content.decode()

    assert f"{here.slug}-designs.json" in given["Content-Disposition"]
    assert "AppRec" in looked.content.decode()
    assert not nothing_yet
    assert "2 designs were taken over" in told
    assert Template.for_tenant(there).get().published.body == "Line one\nLine <two>"
    assert carrying.of(there) == carrying.of(here)
    assert AuditEntry.for_tenant(there).filter(action="created").count() == 2


def test_a_difference_is_shown_line_by_line():
    here, there = designed(), designed()
    welcome = Template.for_tenant(here).get()
    editing.change(here, welcome.id, body="Line one\nLine three")

    shown = look(someone(there), exported(here)).content.decode()

    assert "-Line &lt;two&gt;" in shown
    assert "+Line three" in shown
    assert "AppRec" not in shown.partition("<details")[2]


def test_where_nothing_differs_there_is_nothing_to_take_over():
    here = designed()

    shown = look(someone(here), exported(here)).content.decode()

    assert "Nothing differs" in shown
    assert "take_over" not in shown


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b'{"notify": 1, "images": 7}'])
def test_nonsense_is_told_in_a_sentence(data: bytes):
    answer = look(someone(designed()), data)

    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()


def test_nothing_chosen_is_told():
    answer = someone(designed()).post(reverse(IMPORT), {})

    assert 'role="alert"' in answer.content.decode()


def test_what_cannot_be_taken_over_says_so_before_anybody_tries():
    here, bare = designed(), tenant_with_mail()
    designer = someone(bare)

    looked = look(designer, exported(here))

    shown = looked.content.decode()
    assert "What cannot be taken over here yet says why" in shown
    told = shown.partition("AppRec</strong>")[2].partition("</details>")[0]
    assert "E-mail, To, 1st: there is no group &#x27;Boss&#x27;" in told
    assert 'name="take_over"' not in shown
    assert not Template.for_tenant(bare).exists()


def test_once_it_is_mended_it_is_looked_at_once_more_and_taken_over():
    here, there = designed(), tenant_with_mail()
    designer = someone(there)
    looked = look(designer, exported(here))
    page = TextArea()
    page.feed(looked.content.decode())
    groups.create(there, name="Boss", channel_code="email", addresses=["b@example.org"])

    again = designer.post(reverse(IMPORT), {"text": page.text})
    told = take_over(designer, again).content.decode()

    assert "cannot be taken over" not in again.content.decode()
    assert "2 designs were taken over" in told


def test_what_went_since_somebody_looked_is_told_and_nothing_is_made():
    here, there = designed(), ready()
    designer = someone(there)
    looked = look(designer, exported(here))
    groups.delete(Group.for_tenant(there).get())

    told = take_over(designer, looked).content.decode()

    assert "AppRec" in told
    assert "there is no group" in told
    assert not Template.for_tenant(there).exists()


def test_what_changed_since_somebody_looked_is_looked_at_once_more():
    here, there = designed(), ready()
    designer = someone(there)
    looked = look(designer, exported(here))
    editing.create(
        there, name="Welcome", channel_code="email", draft=Draft("Theirs", "Words")
    )

    told = take_over(designer, looked).content.decode()

    assert "Something changed here meanwhile" in told
    assert "-Theirs" in told
    assert not EventType.for_tenant(there).exists()


def test_support_may_take_it_out_and_nothing_in():
    here = designed()
    support = someone(here, "support")
    listed = support.get(reverse("admin:events_eventtype_changelist")).content.decode()

    assert reverse(EXPORT) in listed
    assert reverse(IMPORT) not in listed
    assert support.get(reverse(EXPORT)).status_code == 200
    assert support.get(reverse(IMPORT)).status_code == 403
    assert look(support, exported(here)).status_code == 403


def test_operators_choose_a_tenant_first():
    designed()
    client = Client()
    client.force_login(UserFactory(is_superuser=True))

    assert client.get(reverse(EXPORT)).status_code == 403
    assert client.get(reverse(IMPORT)).status_code == 403
