"""The form of a service: what all have, and what its program declares."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from providers import mapping
from providers.admin.configured_form import ConfiguredForm
from providers.config import ProviderConfig
from providers.models import Service
from providers.services import service_class
from tenants.admin.json_field import JsonField

COMMON = ("name", "active")
PARAMS = ("required_params", "taken_params", "fixed_params")
_MOST = 50


class ServiceForm(ConfiguredForm):
    """What of the params the service gets, beside how it is reached."""

    required_params = forms.CharField(
        label=gettext_lazy("Required params"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy(
            "With spaces between, as in number applicant.name. Calls without them "
            "are refused."
        ),
    )
    taken_params = JsonField(
        label=gettext_lazy("Params that it gets"),
        help_text=gettext_lazy(
            'Its name and yours, as in {"citizen": "applicant.name"}. Empty: all, '
            "under your names."
        ),
    )
    fixed_params = JsonField(
        label=gettext_lazy("Fixed params"),
        help_text=gettext_lazy("They are always so, whatever a call says."),
    )

    class Meta:
        model = Service
        fields = COMMON

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row: Service = self.instance
        self.initial.setdefault("required_params", " ".join(row.required))
        self.initial.setdefault("taken_params", row.taken)
        self.initial.setdefault("fixed_params", row.fixed)

    def config_class(self) -> type[ProviderConfig]:
        return service_class(self.provider).config_class

    def clean_required_params(self) -> list[str]:
        """Paths into the params, each once."""
        given = str(self.cleaned_data["required_params"]).replace(",", " ").split()
        _check_paths(given)
        return list(dict.fromkeys(given))

    def clean_taken_params(self) -> dict[str, str]:
        """Names of theirs to paths of ours."""
        taken: dict[str, Any] = self.cleaned_data["taken_params"]
        if not all(isinstance(one, str) for one in taken.values()):
            raise forms.ValidationError(
                _("Each value is the name of a param, in quotes.")
            )
        _check_paths(list(taken.values()))
        return taken

    def clean(self) -> Any:
        cleaned = super().clean()
        row: Service = self.instance
        row.required = self.cleaned_data.get("required_params", row.required)
        row.taken = self.cleaned_data.get("taken_params", row.taken)
        row.fixed = self.cleaned_data.get("fixed_params", row.fixed)
        return cleaned


def _check_paths(given: list[str]) -> None:
    wrong = [one for one in given if not mapping.is_path(one)]
    if wrong or len(given) > _MOST:
        raise forms.ValidationError(
            _("Give at most %(limit)s names, each with dots between its parts.")
            % {"limit": _MOST}
        )
