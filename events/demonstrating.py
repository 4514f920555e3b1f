"""What the demo tenant of `make run` has to send: document 003's event type, and one
with a document."""

from __future__ import annotations

from events import designing
from events.designing import Naming
from events.designs import ChannelDesign, Design
from events.models import EventName
from recipients import groups
from recipients.models import Group
from templates_app import editing
from templates_app.drafts import Draft
from templates_app.models import Template
from tenants.models import Tenant

EVENT = "funding-approved"
ALIAS = "funding-approval"
GROUP = "FundingApprovers"
MAIL = "Funding Approved Email"
TEXT = "Funding Approved SMS"
PERMIT = "PermitIssued"
LETTER = "Permit letter"
_APPROVERS = ("fred@gov.bc.ca", "joan@gov.bc.ca")
_SAMPLE = {
    "firstname": "Lucky",
    "lastname": "Applicant",
    "program": "Small Business Development Fund",
    "amount": "1000",
    "emailaddress": "lucky@me.com",
    "phonenumber": "7787001234",
}
_DRAFTS = {
    MAIL: (
        "email",
        Draft(
            "Notification of funding approval for {{program}}",
            "Dear {{firstname}} {{lastname}} \nYour funding to the amount of "
            "${{amount}} for program {{program}} has been approved",
        ),
    ),
    TEXT: (
        "sms",
        Draft(
            body="Hey {{firstname}} {{lastname}} You just got awarded ${{amount}} for "
            "{{program}}"
        ),
    ),
    LETTER: (
        "document",
        Draft(
            body="<html lang=en><style>@page {size: Letter; margin: 2.5cm} "
            "h1 {color: #036} td {padding: 0.2em 2em 0.2em 0}</style>"
            "<h1>Permit {{number}}</h1><p>Dear {{name}},</p><p>this permit is yours. "
            "Please keep it.</p><table>{{#each fees}}<tr><td>{{what}}</td>"
            "<td>${{amount}}</td></tr>{{/each}}</table></html>"
        ),
    ),
}
_PERMIT_SAMPLE = {
    "name": "Lucky Applicant",
    "email": "lucky@me.com",
    "number": "2026-0042",
    "fees": [{"what": "Application", "amount": 20}, {"what": "Sign", "amount": 15}],
}


def furnish(tenant: Tenant) -> None:
    """Templates, group and published event types; what is there stays as it is."""
    _furnish_funding(tenant)
    _furnish_permit(tenant)


def _furnish_permit(tenant: Tenant) -> None:
    """A mail with a PDF that is made of the params."""
    letter = _template(tenant, LETTER)
    if not letter.sample_params:
        letter.sample_params = _PERMIT_SAMPLE
        letter.save(update_fields=["sample_params"])
    if EventName.for_tenant(tenant).filter(name=PERMIT).exists():
        return
    words = "Dear {{name}},\n\nyour permit {{number}} is attached."
    file = {"template": str(letter.id), "filename": "Permit {{number}}.pdf"}
    values = {
        "recipients": {"to": ["{{email}}"]},
        "content": {"subject": "Your permit {{number}}", "body": words},
        "attachments": [{**file, "convertTo": "pdf"}],
    }
    naming = Naming(
        PERMIT,
        display_name="Permit issued",
        description="A permit was issued; it goes along as a PDF.",
        category="Permits",
    )
    channels = {"email": ChannelDesign(values=values)}
    design = Design(sample_params=_PERMIT_SAMPLE, channels=channels)
    designing.publish(designing.create(tenant, naming, design))


def _furnish_funding(tenant: Tenant) -> None:
    templates = {name: _template(tenant, name) for name in (MAIL, TEXT)}
    if not Group.for_tenant(tenant).filter(name=GROUP).exists():
        groups.create(tenant, name=GROUP, channel_code="email", addresses=_APPROVERS)
    if EventName.for_tenant(tenant).filter(name__in=(EVENT, ALIAS)).exists():
        return
    naming = Naming(
        EVENT,
        (ALIAS,),
        display_name="Funding approved",
        description="An application for funding was approved.",
        category="Funding",
    )
    design = _design(templates[MAIL], templates[TEXT])
    designing.publish(designing.create(tenant, naming, design))


def _template(tenant: Tenant, name: str) -> Template:
    there = Template.for_tenant(tenant).filter(name=name).first()
    code, draft = _DRAFTS[name]
    return there or editing.create(tenant, name=name, channel_code=code, draft=draft)


def _design(mail: Template, text: Template) -> Design:
    copies = {"to": ["{{emailaddress}}"], "cc": [{"group": GROUP}]}
    return Design(
        params_schema={
            "type": "object",
            "required": list(_SAMPLE),
            "properties": {name: {"type": ["string", "number"]} for name in _SAMPLE},
        },
        sample_params=_SAMPLE,
        channels={
            "email": ChannelDesign(
                template_id=mail.id,
                values={"recipients": copies, "content": {"bodyType": "text"}},
            ),
            "sms": ChannelDesign(
                template_id=text.id, values={"recipients": {"to": ["{{phonenumber}}"]}}
            ),
        },
    )
