"""The form of an event type: names, which change at once, and a design, as a draft."""

from __future__ import annotations

import re
from collections.abc import Mapping
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
from events import designing, drafts, naming
from events.admin import (
    callback_fields,
    channel_fields,
    event_fields,
    inherited,
    places,
)
from events.designing import Naming
from events.designs import ChannelDesign, Design
from events.errors import InvalidDesign
from events.event_types import design_of
from events.layers import stored_layers
from events.models import EventType, EventVersion
from providers.channels.base import Channel, channel, channels
from tenants.admin.forms import SharedForm
from tenants.admin.json_field import JsonField
from tenants.models import User

NAMING = ("name", "aliases", "display_name", "description", "category")
EXPECTED = ("params_schema", "sample_params", "params")
_SECONDS = {"expires_after_seconds", "window_seconds"}
HANDLING = ("urgency", "mandatory", "tags", *sorted(_SECONDS))
# Beside the channels: what a path of a refusal begins with, and the field.
_TOP = {"params": "sample_params", "callback": "callback_url"}
_NO_CHANNEL = ChannelDesign()


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


class EventTypeForm(SharedForm):
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
        self._names: Mapping[str, str] = {}
        self._chosen: Mapping[str, str] = {}
        if self.tenant is not None:
            self._names = naming.names_of(self.tenant)
            self._chosen = naming.chosen_by_defaults(self.tenant)
        if not self.is_new:
            self._fill_in()
        for kind in channels():
            self._offer(kind)

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
        shown |= callback_fields.initial(self._before.callback)
        for kind in channels():
            if one := self._before.channels.get(kind.code):
                shown |= event_fields.initial_of(kind, one, self._names)
        for name, value in shown.items():
            self.initial.setdefault(name, value)

    def _offer(self, kind: Channel) -> None:
        """What the tenant has for a channel, and what its layers below say of it."""
        if self.tenant is None:
            return
        own, said = _of(kind.code, self.fields), _of(kind.code, self.initial)
        channel_fields.offer(own, self.tenant, kind.code, said)
        below = stored_layers(self.tenant.id)
        inherited.show(own, kind, below, said, {**self._names, **self._chosen})

    def clean_callback_url(self) -> str:
        """Refused in words, beside the field."""
        judged(self.request)
        return str(self.cleaned_data["callback_url"])

    def field_of(self, field: str) -> str:
        """`email.content.body` of a refusal is email_body here, or the template that
        the body is from."""
        name = places.field(field)
        if not name:
            top = re.split(r"[.\[]", field, maxsplit=1)[0]
            return _TOP.get(top, top)
        code = name.partition("_")[0]
        if name in self._own_words(code) and not self[name].value():
            template = f"{code}_template"
            name = template if self[template].value() else name
        return name if name in self.fields else f"{code}_mode"

    def _own_words(self, code: str) -> set[str]:
        return {f"{code}_{one.name}" for one in channel(code).content_fields}

    def step(self) -> EventType:
        cleaned = self.cleaned_data
        given = {name: cleaned[name] for name in NAMING if name != "aliases"}
        aliases = tuple(str(cleaned["aliases"]).replace(",", " ").split())
        called, design = Naming(aliases=aliases, **given), self._design()
        if not self.is_new:
            event: EventType = self.instance
            changed = design if design != self._before else None
            designing.change(event, called, changed, author=self.user)
            return event
        if self.tenant is None:  # the page is closed without one
            raise InvalidDesign(_("Choose a tenant first."))
        return designing.create(self.tenant, called, design, author=self.user)

    def _design(self) -> Design:
        cleaned = self.cleaned_data
        # What the system keeps for itself is not said here, even if it once was.
        own = {one: cleaned[one] for one in cleaned if not self.fields[one].disabled}
        tags = [one.strip() for one in str(cleaned["tags"]).split(",")]
        before = self._before.channels
        made = {
            kind.code: event_fields.design_of(
                kind, own, before.get(kind.code, _NO_CHANNEL), self._names
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
