"""A design as rows: what it refers to cannot be deleted."""

from __future__ import annotations

from typing import Any

import pytest

from events import designing, drafts
from events.designing import Naming
from events.event_types import design_of
from events.models import EventDocument, EventGroup, EventList
from recipients import groups, lists
from templates_app import editing
from templates_app.drafts import Draft
from templates_app.errors import TemplateInUse
from templates_app.models import Template
from tenants.models import Tenant
from tests.events.designed import mail_design, published
from tests.events.scene import tenant_with_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return tenant_with_mail()


@pytest.fixture
def letter(tenant: Tenant) -> Template:
    draft = Draft(body="<p>Dear {{name}}")
    return editing.create(tenant, name="Letter", channel_code="document", draft=draft)


def attached(*templates: Template) -> dict[str, Any]:
    return {
        "attachments": [
            {"template": str(one.id), "filename": "a.pdf", "convertTo": "pdf"}
            for one in templates
        ]
    }


def test_what_is_attached_is_kept_as_it_is(tenant: Tenant, letter: Template):
    design = mail_design(values=attached(letter))

    event = designing.create(tenant, designing.Naming("AppRec"), design)

    draft = drafts.draft_of(event)
    assert draft is not None
    assert draft.channels.get().values == design.channels["email"].values


def test_a_document_in_use_cannot_be_deleted(tenant: Tenant, letter: Template):
    event = published(tenant, "AppRec", mail_design(values=attached(letter, letter)))
    designing.save_draft(event, mail_design())

    with pytest.raises(TemplateInUse, match="AppRec v1"):
        editing.delete(letter)


def test_a_draft_that_attaches_it_no_more_lets_it_go(tenant: Tenant, letter: Template):
    design = mail_design(values=attached(letter))
    event = designing.create(tenant, designing.Naming("AppRec"), design)

    designing.save_draft(event, mail_design())

    assert not EventDocument.for_tenant(tenant).exists()
    editing.delete(letter)


def test_groups_and_lists_are_kept_by_their_ids(tenant: Tenant):
    group = groups.create(
        tenant, name="Same", channel_code="email", addresses=["a@example.org"]
    )
    news = lists.create(tenant, name="Same")
    recipients = {"to": ["{{email}}", {"group": "same"}, {"list": "SAME"}]}

    made = designing.create(
        tenant, Naming("monthly"), mail_design(values={"recipients": recipients})
    )

    draft = drafts.draft_of(made)
    assert draft is not None
    assert design_of(draft).channels["email"].values["recipients"] == {
        "to": ["{{email}}", {"group": str(group.id)}, {"list": str(news.id)}]
    }
    assert [one.group_id for one in EventGroup.for_tenant(tenant)] == [group.id]
    assert [one.list_id for one in EventList.for_tenant(tenant)] == [news.id]


def test_a_new_draft_forgets_what_it_no_longer_names(tenant: Tenant):
    news = lists.create(tenant, name="News")
    named = mail_design(values={"recipients": {"to": [{"list": "News"}]}})
    made = designing.create(tenant, Naming("monthly"), named)

    designing.save_draft(made, mail_design())

    lists.delete(news)
    assert not EventList.for_tenant(tenant).exists()
