"""The form of an event type: names, which change at once, and a design, as a draft."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from callbacks.admin.judging import judged
from events import designing, drafts
from events.admin import callback_fields, document_fields, event_fields, inherited
from events.designing import Naming
from events.designs import ChannelDesign, Design
from events.errors import InvalidDesign
from events.event_types import design_of
from events.layers import stored_layers
from events.models import EventType, EventVersion
from providers import downstream
from providers.channels.base import channels
from providers.models import Account, Sender
from recipients.models import Group, SubscriberList
from templates_app import looking_up
from templates_app.models import Template
from tenants.admin.forms import DraftForm
from tenants.admin.json_field import JsonField
from tenants.models import User

NAMING = ("name", "aliases", "display_name", "description", "category")
EXPECTED = ("params_schema", "sample_params", "params")
_SECONDS = {"expires_after_seconds", "window_seconds"}
HANDLING = ("urgency", "mandatory", "tags", *sorted(_SECONDS))
_RENAMED = {
    "bodyType": "body_type",
    "onUnknown": "on_unknown",
    "replyTo": "reply_to",
}
_NO_CHANNEL = ChannelDesign()
# Where a refusal of an attached document stands.
_ATTACHED = re.compile(r"(\w+)\.attachments\[(\d+)\](?:\.(\w+))?")


def _choices(rows: Iterable[Any]) -> list[tuple[str, str]]:
    chosen = [(str(one.pk), str(one)) for one in rows]
    return [event_fields.nothing_chosen(), *chosen]


def _of(code: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What is a channel's, by its name within it."""
    own = f"{code}_"
    names = [one for one in given if one.startswith(own)]
    return {one.removeprefix(own): given[one] for one in names}


def _number(label: Any, help_text: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        widget=UnfoldAdminTextInputWidget,
        help_text=help_text,
    )


class EventTypeForm(DraftForm):
    """Saves by designing.create, or designing.rename and designing.save_draft.

    The fields of the channels are added by the admin.
    """

    aliases = forms.CharField(
        label=gettext_lazy("Aliases"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Other names that calls may use, with spaces between."),
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("Urgency"),
        choices=EventVersion.Urgency.choices,
        initial=EventVersion.Urgency.NORMAL,
        widget=UnfoldAdminSelectWidget,
    )
    mandatory = forms.BooleanField(
        label=gettext_lazy("Mandatory"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=gettext_lazy("Nobody may opt out of it."),
    )
    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy(
            "With commas between; notifications can be found by them."
        ),
    )
    expires_after_seconds = _number(
        gettext_lazy("Expires after (seconds)"),
        gettext_lazy("What could not be sent by then is not sent. Empty: never."),
    )
    window_seconds = _number(
        gettext_lazy("Equal requests count as one for (seconds)"),
        gettext_lazy("Empty: as the tenant says. 0: never."),
    )
    params_schema = JsonField(
        label=gettext_lazy("Expected params"),
        rows=6,
        help_text=gettext_lazy(
            "A JSON Schema. Calls whose params do not fit are refused."
        ),
    )
    sample_params = JsonField(
        label=gettext_lazy("Sample params"),
        rows=6,
        help_text=gettext_lazy(
            "With these the design is tried out when it is saved. Not real people's "
            "data."
        ),
    )
    params = JsonField(label=gettext_lazy("Defaults of params"))

    class Meta:
        model = EventType
        fields = ("name", "display_name", "description", "category")
        widgets: ClassVar[dict[str, Any]] = {
            "description": UnfoldAdminTextareaWidget(attrs={"rows": 2})
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._before = Design()
        self._groups: dict[str, str] = {}
        if not self.is_new:
            self._fill_in()
        for kind in channels():
            self._offer(kind.code)

    def stored(self) -> tuple[object, User | None]:
        """What somebody else may have changed, and who wrote it last."""
        event = designing.find(self.instance.tenant, self.instance.id)
        version = drafts.draft_of(event) or event.published
        if version is None:
            return designing.naming_of(event), None
        # As values: a design does not print its recipients and words.
        said = asdict(design_of(version))
        return (said, designing.naming_of(event)), version.created_by

    def wait(self) -> None:
        designing.wait_for(self.instance)

    def _fill_in(self) -> None:
        event: EventType = self.instance
        aliases = designing.naming_of(event).aliases
        version = drafts.draft_of(event) or event.published
        if version is None:
            return
        self._before = design_of(version)
        names = ("urgency", "mandatory", *sorted(_SECONDS), *EXPECTED)
        shown: dict[str, Any] = {name: getattr(self._before, name) for name in names}
        shown |= {"aliases": " ".join(aliases), "tags": ", ".join(self._before.tags)}
        self._groups = {
            str(found): name
            for model in (Group, SubscriberList)
            for found, name in model.for_tenant(event.tenant_id).values_list(
                "id", "name"
            )
        }
        shown |= callback_fields.initial(self._before.callback)
        for kind in channels():
            if one := self._before.channels.get(kind.code):
                shown |= event_fields.initial_of(kind, one, self._groups)
        for name, value in shown.items():
            self.initial.setdefault(name, value)

    def _offer(self, code: str) -> None:
        """The tenant's own templates, verified senders and accounts of a channel."""
        if self.tenant is None:
            return
        offered: dict[str, Any] = {
            "template": Template.for_tenant(self.tenant).filter(
                purpose=Template.Purpose.TEMPLATE, channel=code, published__isnull=False
            ),
            "sender": Sender.for_tenant(self.tenant).filter(
                channel=code, verified_at__isnull=False
            ),
            "account": Account.offered_to(self.tenant).filter(
                channel=code, active=True
            ),
        }
        for name, rows in offered.items():
            field: Any = self.fields.get(f"{code}_{name}")
            if field is not None:
                field.choices = _choices(rows)
        attachable = document_fields.choices(
            looking_up.documents(self.tenant.id),
            downstream.offered(self.tenant.id, "documents"),
        )
        for name in document_fields.names():
            if f"{code}_{name}" in self.fields:
                choosing: Any = self.fields[f"{code}_{name}"]
                choosing.choices = [event_fields.nothing_chosen(), *attachable]
        below = stored_layers(self.tenant.id)
        inherited.show(_of(code, self.fields), code, below, _of(code, self.initial))

    def clean_callback_url(self) -> str:
        """Refused in words, beside the field."""
        judged(self.request)
        return str(self.cleaned_data["callback_url"])

    def field_of(self, field: str) -> str:
        """`email.content.body` of a refusal is email_body here."""
        if place := _ATTACHED.fullmatch(field):
            code, number, what = place.groups()
            name = f"{code}_document{int(number) + 1}"
            return f"{name}_filename" if what == "filename" else name
        parts = field.partition("[")[0].split(".")
        if parts[0] == "params":
            return "sample_params"
        if parts[0] == "callback":
            return "callback_url"
        if parts[1:2] == ["headers"]:
            return f"{parts[0]}_headers"
        if len(parts) > 1:
            return f"{parts[0]}_{_RENAMED.get(parts[-1], parts[-1])}"
        mode = f"{parts[0]}_mode"
        return mode if mode in self.fields else parts[0]

    def step(self) -> EventType:
        cleaned = self.cleaned_data
        given = {name: cleaned[name] for name in NAMING if name != "aliases"}
        aliases = tuple(str(cleaned["aliases"]).replace(",", " ").split())
        naming, design = Naming(aliases=aliases, **given), self._design()
        if not self.is_new:
            event: EventType = self.instance
            changed = design if design != self._before else None
            designing.change(event, naming, changed, author=self.user)
            return event
        if self.tenant is None:  # the page is closed without one
            raise InvalidDesign(_("Choose a tenant first."))
        return designing.create(self.tenant, naming, design, author=self.user)

    def _design(self) -> Design:
        cleaned = self.cleaned_data
        tags = [one.strip() for one in str(cleaned["tags"]).split(",")]
        before = self._before.channels
        made = {
            kind.code: event_fields.design_of(
                kind, cleaned, before.get(kind.code, _NO_CHANNEL), self._groups
            )
            for kind in channels()
        }
        return Design(
            tags=tuple(one for one in tags if one),
            callback=callback_fields.said(cleaned, self._before.callback),
            channels={code: one for code, one in made.items() if one},
            **{
                name: cleaned[name]
                for name in ("urgency", "mandatory", *sorted(_SECONDS), *EXPECTED)
            },
        )
