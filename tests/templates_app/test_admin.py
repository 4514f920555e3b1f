"""The admin's pages of templates, used as a browser would."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from events.designs import ChannelDesign, Design
from templates_app import editing
from templates_app.drafts import Draft
from templates_app.models import Template
from tenants.models import AuditEntry, Tenant
from tests.events.designed import published
from tests.tenants.factories import MembershipFactory, TenantFactory

pytestmark = pytest.mark.django_db
ADD = "admin:templates_app_template_add"


@pytest.fixture
def tenant() -> Tenant:
    return TenantFactory()


@pytest.fixture
def designer(tenant) -> Client:
    return logged_in(MembershipFactory(tenant=tenant, role="designer").user)


@pytest.fixture
def template(tenant) -> Template:
    draft = Draft("For {{name}}", "<b>{{name}}</b><script>x()</script>", "html")
    return editing.create(tenant, name="Welcome", channel_code="email", draft=draft)


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def wording(**values) -> dict[str, str]:
    return {"name": "Welcome", "subject": "Hi", "body": "Hello {{name}}"} | values


def page(template: Template, name: str, *args) -> str:
    return reverse(f"admin:templates_app_template_{name}", args=[template.pk, *args])


def test_first_one_chooses_a_channel(designer):
    assert "?channel=msgApp" in designer.get(reverse(ADD)).content.decode()
    assert designer.get(reverse(ADD), {"channel": "pigeon"}).status_code == 404


def press(client: Client, template: Template, name: str):
    return client.post(page(template, "do", name), follow=True)


def test_a_new_template_is_a_draft_until_it_is_published(designer, tenant):
    answer = designer.post(f"{reverse(ADD)}?channel=email", wording())

    assert answer.status_code == 302
    template = Template.for_tenant(tenant).get()
    assert template.published is None
    press(designer, template, "publish")
    template.refresh_from_db()
    version = template.published
    assert version is not None
    assert (version.number, version.body) == (1, "Hello {{name}}")
    assert version.created_by is not None
    assert version.published_by == version.created_by


@pytest.mark.parametrize("channel", ["sms", "msgApp"])
def test_only_mail_has_a_subject(designer, tenant, channel):
    url = f"{reverse(ADD)}?channel={channel}"

    form = designer.get(url).content.decode()
    designer.post(url, {"name": "Short", "body": "Hello"})

    assert 'name="subject"' not in form
    assert Template.for_tenant(tenant).get().channel == channel


def test_changed_wording_is_a_new_version_with_its_author(designer, template, tenant):
    designer.post(page(template, "change"), wording(body="Good day {{name}}"))
    template.refresh_from_db()
    assert template.published.number == 1

    press(designer, template, "publish")

    template.refresh_from_db()
    assert template.published.number == 2
    assert template.versions.count() == 2
    shown = designer.get(page(template, "change")).content.decode()
    assert str(template.published.created_by) in shown
    changes = [one.changes for one in AuditEntry.for_tenant(tenant).order_by("at")]
    assert changes[0]["draft"] == {"before": 0, "after": 2}
    assert changes[1]["version"] == {"before": 1, "after": 2}


def test_the_form_goes_on_with_the_draft(designer, template):
    designer.post(page(template, "change"), wording(body="First try"))
    shown = designer.get(page(template, "change")).content.decode()
    designer.post(page(template, "change"), wording(body="Second try"))

    assert "First try" in shown
    assert [one.body for one in template.versions.filter(number=2)] == ["Second try"]
    assert template.versions.count() == 2


def test_a_draft_can_be_discarded(designer, template):
    designer.post(page(template, "change"), wording(body="Other"))

    press(designer, template, "discard")

    assert [one.number for one in template.versions.all()] == [1]


def test_an_older_version_is_sent_again(designer, template):
    designer.post(page(template, "change"), wording(body="Worse"))
    press(designer, template, "publish")

    designer.post(page(template, "roll_back", 1))

    template.refresh_from_db()
    assert template.published.number == 1
    shown = designer.get(page(template, "change")).content.decode()
    assert page(template, "roll_back", 2) in shown
    assert page(template, "roll_back", 1) not in shown
    answer = designer.get(page(template, "roll_back", 2))
    assert answer["Location"] == page(template, "change"), "by its button only"
    template.refresh_from_db()
    assert template.published.number == 1
    nothing = designer.post(page(template, "roll_back", 9), follow=True)
    assert "no published version of this number" in nothing.content.decode()


def test_unchanged_wording_makes_no_version(designer, template):
    designer.post(
        page(template, "change"),
        {
            "name": "Renamed",
            "subject": template.published.subject,
            "body": template.published.body,
            "body_type": "html",
        },
    )

    template.refresh_from_db()
    assert (template.name, template.published.number) == ("Renamed", 1)


def test_a_mistake_is_told_with_its_line_and_column(designer, template):
    answer = designer.post(
        page(template, "change"), wording(body="Hello\n{{#if name}} there")
    )

    assert "Line 2, column" in answer.content.decode()
    assert template.versions.count() == 1


def test_what_was_typed_is_not_lost_by_a_mistake(designer, template):
    body = "Hello\n{{#if name}} my long text"

    answer = designer.post(page(template, "change"), wording(body=body))

    assert "my long text" in answer.content.decode()


def test_a_name_that_is_taken_is_told_in_words(designer, template):
    answer = designer.post(
        f"{reverse(ADD)}?channel=sms", {"name": "WELCOME", "body": "x"}
    )

    assert "A template of this name exists already" in answer.content.decode()


def test_the_preview_shows_what_the_renderer_makes_of_the_samples(designer, template):
    url = page(template, "preview")

    designer.post(url, {"params": '{"name": "Jane <3"}'})

    shown = designer.get(url).content.decode()
    html = designer.get(page(template, "preview_html", 1)).content.decode()
    assert "For Jane &lt;3" in shown
    assert "<b>Jane &lt;3</b>" in html


def test_html_is_shown_where_it_can_do_nothing(designer, template):
    template.sample_params = {"name": "Jane"}
    template.save()

    answer = designer.get(page(template, "preview_html", 1))

    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "<iframe" in designer.get(page(template, "preview")).content.decode()
    assert "sandbox" in designer.get(page(template, "preview")).content.decode()


def test_missing_values_are_named(designer, template):
    assert (
        "Missing in params: name"
        in designer.get(page(template, "preview")).content.decode()
    )


@pytest.mark.parametrize("text", ["[]", "{", '{"a": NaN}', '{"a": "\\u0000"}', "1"])
def test_samples_that_are_no_json_object_are_refused_and_kept_on_the_page(
    designer, template, text
):
    answer = designer.post(page(template, "preview"), {"params": text})

    template.refresh_from_db()
    assert answer.status_code == 200
    assert template.sample_params == {}


def test_support_looks_and_changes_nothing(tenant, template):
    client = logged_in(MembershipFactory(tenant=tenant, role="support").user)

    looked = client.get(page(template, "change"))

    assert "For {{name}}" in looked.content.decode()
    assert client.post(page(template, "change"), wording()).status_code == 403
    assert client.post(page(template, "roll_back", 1)).status_code == 403
    assert client.post(page(template, "do", "publish")).status_code == 403
    samples = client.post(page(template, "preview"), {"params": "{}"})
    assert samples.status_code == 403


def test_a_version_that_is_not_there_answers_404(designer, template):
    url = page(template, "preview")

    assert designer.get(url, {"version": "9"}).status_code == 404
    assert designer.get(url, {"version": "9" * 40}).status_code == 404


def test_a_template_is_deleted_with_its_versions(designer, template, tenant):
    confirm = designer.get(page(template, "delete")).content.decode()

    designer.post(page(template, "delete"), {"post": "yes"})

    assert "Delete Welcome?" in confirm
    assert not Template.for_tenant(tenant).exists()
    assert AuditEntry.for_tenant(tenant).get().action == "deleted"


def test_a_subject_with_a_line_break_is_refused_in_words(designer, template):
    answer = designer.post(page(template, "change"), wording(subject="Two\nlines"))

    assert answer.status_code == 200
    assert "Subject contains a line break" in answer.content.decode()


def test_what_is_refused_changes_nothing_of_the_template(designer, template):
    designer.post(page(template, "change"), wording(name="Other", body="{{#if}}"))

    template.refresh_from_db()
    assert template.name == "Welcome"


def test_a_template_says_in_which_language_it_is(designer, template):
    designer.post(page(template, "change"), wording(locale="fr-CA"))
    refused = designer.post(page(template, "change"), wording(locale="fran\u00e7ais"))

    template.refresh_from_db()
    assert template.locale == "fr-CA"
    assert "Give a language tag" in refused.content.decode()


def test_another_language_is_written_shown_and_removed(designer, template):
    url = f"{page(template, 'change')}?language=fr_ca"

    designer.post(url, {"subject": "Pour {{name}}", "body": "<b>Bonjour {{name}}</b>"})

    draft = editing.open_draft(template)
    assert draft.variants == {
        "fr-CA": {"subject": "Pour {{name}}", "body": "<b>Bonjour {{name}}</b>"}
    }
    assert (draft.body, draft.body_type) == (template.published.body, "html")
    shown = designer.get(url).content.decode()
    assert "Bonjour {{name}}" in shown
    assert 'name="name"' not in shown
    assert "?language=fr-CA" in designer.get(page(template, "change")).content.decode()
    designer.post(page(template, "preview"), {"params": '{"name": "Jane"}'})
    preview = designer.get(page(template, "preview"), {"language": "fr"})
    assert "For Jane" in preview.content.decode()
    preview = designer.get(page(template, "preview"), {"language": "fr-CA"})
    assert "Pour Jane" in preview.content.decode()
    html = designer.get(page(template, "preview_html", 2), {"language": "fr-CA"})
    assert "Bonjour Jane" in html.content.decode()

    designer.post(url, {"subject": "", "body": ""})

    assert editing.open_draft(template).variants == {}


def test_a_mistake_in_another_language_stands_beside_its_field(designer, template):
    url = f"{page(template, 'change')}?language=fr"

    answer = designer.post(url, {"subject": "Pour", "body": "\n{{#if name}}"})

    assert "Line 2, column 1" in answer.content.decode()
    assert editing.open_draft(template) is None


def seen(client: Client, template: Template) -> str:
    """What the open form says that it was filled in from."""
    shown = client.get(page(template, "change")).content.decode()
    [found] = re.findall(r'name="seen" value="([0-9a-f]{32})"', shown)
    return str(found)


def test_of_two_people_in_one_draft_the_second_is_told(designer, template, tenant):
    """Nothing typed is lost, and saving once more replaces what the first wrote."""
    colleague = logged_in(MembershipFactory(tenant=tenant, role="designer").user)
    mine, theirs = seen(designer, template), seen(colleague, template)
    colleague.post(page(template, "change"), wording(body="Theirs", seen=theirs))

    refused = designer.post(page(template, "change"), wording(body="Mine", seen=mine))

    told = refused.content.decode()
    assert "saved something else since you opened this page" in told
    assert "Mine" in told
    assert [one.body for one in template.versions.filter(number=2)] == ["Theirs"]
    [newer] = re.findall(r'name="seen" value="([0-9a-f]{32})"', told)
    answer = designer.post(
        page(template, "change"), wording(body="Mine", seen=newer), follow=True
    )
    assert [one.body for one in template.versions.filter(number=2)] == ["Mine"]
    assert "saved as a draft" in answer.content.decode()


def test_one_person_saves_again_and_again(designer, template):
    for body in ("First", "Second"):
        given = wording(body=body, seen=seen(designer, template))
        assert designer.post(page(template, "change"), given).status_code == 302


def test_a_partial_that_is_only_a_draft_is_told_as_one(designer, tenant):
    editing.create(
        tenant,
        name="footer",
        purpose="partial",
        channel_code="email",
        draft=Draft(body="Office"),
        publish=False,
    )

    answer = designer.post(
        f"{reverse(ADD)}?channel=email", wording(body="{{> footer}}")
    )

    assert "The partial footer is only a draft" in answer.content.decode()


def test_samples_that_are_no_json_are_told_by_their_name(designer, template):
    answer = designer.post(page(template, "preview"), {"params": '{"name": }'})

    assert "Sample values: this is not JSON, at line 1, column 10" in (
        answer.content.decode()
    )


def test_the_page_tells_who_uses_a_template_and_so_does_publishing(designer, template):
    design = Design(channels={"email": ChannelDesign(template_id=template.id)})
    event_type = published(template.tenant, "PermitIssued", design)

    page_of_it = designer.get(page(template, "change")).content.decode()
    designer.post(page(template, "change"), wording(body="Other"))
    with_draft = designer.get(page(template, "change")).content.decode()

    assert "Event types that use it: 1." in page_of_it
    url = reverse("admin:events_eventtype_change", args=[event_type.pk])
    assert f'<a href="{url}">PermitIssued</a>' in page_of_it
    asked = re.findall(r'data-ask="([^"]*)"', with_draft)
    assert "It will be sent from now on. Event types that use it: 1." in asked, (
        "what the button asks before it publishes"
    )
