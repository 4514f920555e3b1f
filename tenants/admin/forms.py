"""Forms of the admin: they know who asks, for which tenant, and can end in a step."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest
from django.utils.translation import gettext as _

from notify_project.errors import FieldError, NotifyError
from tenants.admin import telling
from tenants.admin.marking import mark
from tenants.models import Tenant, User

if TYPE_CHECKING:  # generic for the type checker only
    _ModelForm = forms.ModelForm[Any]
else:
    _ModelForm = forms.ModelForm


class AdminForm(_ModelForm):
    """A new row belongs to `tenant`; get_form of the admin sets both attributes."""

    request: ClassVar[HttpRequest]
    tenant: ClassVar[Tenant | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_new and self._has_tenant():
            self.instance.tenant = self.tenant

    @property
    def is_new(self) -> bool:
        return bool(self.instance._state.adding)

    @property
    def user(self) -> User | None:
        """Who fills in the form."""
        user = self.request.user
        return user if isinstance(user, User) else None

    def _has_tenant(self) -> bool:
        return any(one.name == "tenant" for one in self._meta.model._meta.fields)

    def _get_validation_exclusions(self) -> set[str]:
        # They are in no form, yet "once per tenant and channel" has to be checked.
        given: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return given - {"tenant", "channel"}

    def _update_errors(self, errors: Any) -> None:
        """What the row says of a column without a field stands above all fields."""
        told = getattr(errors, "error_dict", {})
        for name in set(told) - set(self.fields) - {NON_FIELD_ERRORS}:
            told.setdefault(NON_FIELD_ERRORS, []).extend(told.pop(name))
        super()._update_errors(errors)  # type: ignore[misc]


class StepForm(AdminForm):
    """Saves by a step, which is its last check: a refusal stands beside its field.

    Subclasses write `step`: it carries out what the cleaned data ask for and returns
    the row, or raises NotifyError. `field_names` says where a refusal's field is in the
    form, if under another name.
    """

    step: Callable[[], Any]
    field_names: ClassVar[Mapping[str, str]] = {}

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            self.instance = self.step()
        except NotifyError as refusal:
            self.refuse(refusal)

    def field_of(self, field: str) -> str:
        """The form's name of the field that a refusal names."""
        return self.field_names.get(field, field.partition("[")[0])

    def refuse(self, refusal: NotifyError) -> None:
        """Put a refusal's sentences where they belong, in the words of the page."""
        told: dict[tuple[str | None, str], None] = {}
        for one in refusal.errors:
            name = self.field_of(one.field)
            where = name if name in self.fields else None
            told[where, self._in_words(one)] = None  # subject and body lack the same
        for where, text in told:
            self.add_error(where, text)
        if not refusal.errors:
            self.add_error(None, telling.in_words(refusal.message))

    def _in_words(self, one: FieldError) -> str:
        """A sentence that begins with a name of the API begins with the label."""
        told = telling.in_words(one.message)
        if told != one.message:
            return told
        name, rest = one.field, one.message.removeprefix(one.field)
        field = self.fields.get(self.field_of(name))
        named = rest != one.message and not (rest[:1].isalnum() or rest[:1] in "_.[")
        if not (name and named and field):
            return one.message
        place = re.search(r"\[(\d+)\]$", name)
        place_told = f", {telling.ordinal(int(place[1]) + 1)}" if place else ""
        return f"{field.label}{place_told}{rest}"

    def come_back_with(self, name: str, value: str) -> None:
        """The page that is shown again has this in a hidden field, whatever came."""
        given: Any = self.data
        data = given.copy()
        data[self.add_prefix(name)] = value
        self.data = data

    def save(self, commit: bool = True) -> Any:
        """The row; the step saved it."""
        return self.instance

    def save_m2m(self) -> None:
        """Nothing is left to save."""


class SharedForm(StepForm):
    """Of two people in one form the second is told before anything is lost.

    The form carries what it was filled in from; a save over something newer is refused
    once, with what was typed kept. Subclasses write `stored`, and `wait`, which lets
    nobody else save before this transaction ends.
    """

    stored: Callable[[], tuple[object, User | None]]
    wait: Callable[[], None]

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_new:
            self.initial["seen"] = mark(self.stored()[0])

    def clean(self) -> Any:
        cleaned = super().clean()
        given = self.cleaned_data.get("seen")
        if self.is_new or not given:
            return cleaned
        self.wait()
        now, by = self.stored()
        if given != mark(now):
            self.come_back_with("seen", mark(now))
            raise forms.ValidationError(
                _(
                    "%(who)s saved something else since you opened this page, and "
                    "nothing of yours is saved yet. Look at theirs in another window; "
                    "to replace it by what stands here, save once more."
                )
                % {"who": by or _("Somebody")}
            )
        return cleaned
