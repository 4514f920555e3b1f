"""What the demo tenant of `make run` has to send: the event type of document 003."""

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
}


def furnish(tenant: Tenant) -> None:
    """Templates, group and published event type; what is there stays as it is."""
    templates = {name: _template(tenant, name) for name in _DRAFTS}
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
