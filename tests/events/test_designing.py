"""Event types are made as drafts, published, rolled back, copied and switched off."""

from __future__ import annotations

from typing import Any

import pytest

from events import checking, designing, drafts
from events.designing import Naming
from events.designs import ChannelDesign, Design
from events.errors import EventNameTaken, EventTypeNotFound, InvalidDesign
from events.event_types import design_of
from events.models import EventType, EventVersion, TenantDefaults
from recipients import groups, lists
from tenants.models import Tenant
from tests.events.designed import mail_design, published
from tests.events.scene import tenant_with_mail
from tests.tenants.factories import TenantFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return tenant_with_mail()


@pytest.fixture
def event(tenant: Tenant) -> EventType:
    return published(tenant, "AppRec", mail_design())


def numbers(event: EventType) -> list[tuple[int, bool]]:
    rows = event.versions.order_by("number")
    return [(one.number, one.published_at is not None) for one in rows]


def test_a_new_event_type_is_a_draft(tenant: Tenant):
    author = UserFactory()
    naming = Naming("AppRec", ("app", "received"), "Application received", "", "Apps")

    made = designing.create(tenant, naming, mail_design(), author=author)

    assert made.published is None
    assert designing.naming_of(made) == naming
    draft = drafts.draft_of(made)
    assert draft is not None
    assert (draft.number, draft.created_by) == (1, author)
    assert design_of(draft) == mail_design()


def test_all_that_a_design_says_is_kept(tenant: Tenant):
    design = mail_design(
        urgency="high",
        mandatory=True,
        tags=("a", "b"),
        expires_after_seconds=60,
        window_seconds=0,
        params_schema={"required": ["name"]},
        sample_params={"name": "Jane", "email": "jane@example.org"},
        params={"office": "Victoria"},
    )

    event = published(tenant, "AppRec", design)

    version = EventVersion.for_tenant(tenant).get(event_type=event)
    assert design_of(version) == design


def test_a_published_version_stays_as_it_was(event: EventType):
    first = event.published
    assert first is not None

    designing.save_draft(event, mail_design(tags=("second",)))
    designing.save_draft(event, mail_design(tags=("third",)))
    assert numbers(event) == [(1, True), (2, False)]
    designing.publish(event)

    assert numbers(event) == [(1, True), (2, True)]
    assert design_of(EventVersion.for_tenant(event.tenant_id).get(id=first.id)) == (
        mail_design()
    )
    assert event.published != first


def test_rolling_back_makes_an_older_version_heard(event: EventType):
    designing.save_draft(event, mail_design(tags=("second",)))
    designing.publish(event)

    designing.roll_back(event, 1)

    event.refresh_from_db()
    assert event.published is not None
    assert event.published.number == 1
    assert numbers(event) == [(1, True), (2, True)]


def test_there_is_no_way_back_to_what_was_never_published(event: EventType):
    designing.save_draft(event, mail_design(tags=("second",)))

    for number in (2, 7):
        with pytest.raises(EventTypeNotFound):
            designing.roll_back(event, number)


def test_a_draft_that_changed_while_it_was_checked_is_not_published(
    event: EventType, monkeypatch: pytest.MonkeyPatch
):
    designing.save_draft(event, mail_design(tags=("mine",)))
    check = checking.ensure_sound

    def slow_check(*asked: Any) -> Any:
        monkeypatch.undo()
        designing.save_draft(event, mail_design(tags=("theirs",)))
        return check(*asked)

    monkeypatch.setattr(checking, "ensure_sound", slow_check)

    with pytest.raises(InvalidDesign, match="meanwhile"):
        designing.publish(event)

    assert numbers(event) == [(1, True), (2, False)]


def test_what_no_call_could_mend_is_not_published(tenant: Tenant):
    empty = groups.create(tenant, name="Empty", channel_code="email")
    values = {
        "recipients": {"to": [{"group": str(empty.id)}]},
        "content": {"subject": "Hello", "body": "Hello"},
    }
    made = designing.create(
        tenant,
        Naming("Nobody"),
        Design(channels={"email": ChannelDesign(values=values)}),
    )

    with pytest.raises(InvalidDesign):
        designing.publish(made)

    groups.change(empty, name="Empty", addresses=["fred@gov.bc.ca"])
    assert designing.publish(made).number == 1


@pytest.mark.parametrize("samples", [{}, {"name": "Jane"}])
def test_a_list_may_wait_for_its_first_subscriber(
    tenant: Tenant, samples: dict[str, str]
):
    lists.create(tenant, name="News")
    values = {
        "recipients": {"to": [{"list": "News"}]},
        "content": {"subject": "News", "body": "{{unsubscribeUrl}}"},
    }
    design = mail_design(values=values, sample_params=samples)

    assert published(tenant, "Monthly", design).published is not None


@pytest.mark.parametrize("samples", [{}, {"name": "Jane"}])
def test_copies_of_what_only_subscribers_get_are_not_published(
    tenant: Tenant, samples: dict[str, str]
):
    """Every call would be refused, however many have subscribed."""
    lists.create(tenant, name="News")
    copies = {"recipients": {"cc": ["boss@example.org"]}}
    TenantDefaults(tenant=tenant, channel="email", values=copies).save()
    values = {
        "recipients": {"to": [{"list": "News"}]},
        "content": {"subject": "News", "body": "{{unsubscribeUrl}}"},
    }
    design = mail_design(values=values, sample_params=samples)

    with pytest.raises(InvalidDesign, match="nobody would be in the mail"):
        published(tenant, "Monthly", design)


def test_names_and_design_change_together_or_not_at_all(event: EventType):
    with pytest.raises(InvalidDesign):
        designing.change(event, Naming("Other"), Design())

    designing.change(event, Naming("Other"), mail_design(tags=("new",)))

    event.refresh_from_db()
    assert event.name == "Other"
    assert numbers(event) == [(1, True), (2, False)]


def test_without_a_draft_nothing_is_published(event: EventType):
    with pytest.raises(InvalidDesign, match="no draft"):
        designing.publish(event)


def test_a_draft_can_be_discarded_unless_it_is_all_there_is(
    tenant: Tenant, event: EventType
):
    designing.save_draft(event, mail_design(tags=("second",)))

    designing.discard_draft(event)

    assert numbers(event) == [(1, True)]
    only = designing.create(tenant, Naming("Only"), mail_design())
    with pytest.raises(InvalidDesign):
        designing.discard_draft(only)


def test_names_and_aliases_are_one_name_space(tenant: Tenant, event: EventType):
    published(tenant, "Other", mail_design(), aliases=("oth",))

    for naming in (Naming("apprec"), Naming("New", ("OTH",)), Naming("oth")):
        with pytest.raises(EventNameTaken):
            designing.create(tenant, naming, mail_design())
        with pytest.raises(EventNameTaken):
            designing.copy(event, "oTHER")
    assert published(TenantFactory(), "AppRec", mail_design()).name == "AppRec"


def test_a_new_name_is_heard_at_once_and_the_old_one_may_stay(event: EventType):
    designing.rename(event, Naming("ApplicationReceived", ("AppRec",)))

    event.refresh_from_db()
    assert event.name == "ApplicationReceived"
    assert designing.naming_of(event).aliases == ("AppRec",)


@pytest.mark.parametrize(
    "naming",
    [
        Naming(""),
        Naming("1st"),
        Naming("a b"),
        Naming("x" * 101),
        Naming("Ok", ("not ok",)),
        Naming("Ok", ("ok",)),
        Naming("Ok", tuple(f"alias{number}" for number in range(21))),
    ],
)
def test_names_have_a_form(tenant: Tenant, naming: Naming):
    with pytest.raises(InvalidDesign) as caught:
        designing.create(tenant, naming, mail_design())

    assert caught.value.errors[0].field in ("name", "aliases")


@pytest.mark.parametrize("name", ["AppRec", "PermitIssued", "a.b_c-9", "x" * 100])
def test_names_of_document_003_are_legal(tenant: Tenant, name: str):
    assert designing.create(tenant, Naming(name), mail_design()).name == name


def test_a_copy_is_a_draft_of_its_own(event: EventType):
    copied = designing.copy(event, "Copied")

    assert copied.published is None
    draft = drafts.draft_of(copied)
    assert draft is not None
    assert design_of(draft) == mail_design()


def test_only_what_was_never_published_is_deleted(tenant: Tenant, event: EventType):
    made = designing.create(tenant, Naming("Mistake"), mail_design())

    designing.delete(made)

    assert not EventType.for_tenant(tenant).filter(name="Mistake").exists()
    with pytest.raises(InvalidDesign):
        designing.delete(event)


def test_what_is_not_sound_is_not_saved(tenant: Tenant, event: EventType):
    with pytest.raises(InvalidDesign):
        designing.save_draft(event, Design())

    assert numbers(event) == [(1, True)]


def test_another_tenants_is_not_found(event: EventType):
    assert designing.find(event.tenant, event.id) == event
    with pytest.raises(EventTypeNotFound):
        designing.find(TenantFactory(), event.id)
