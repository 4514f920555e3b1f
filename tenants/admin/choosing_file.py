"""The field of a page that takes a file, as the theme's script expects one."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget


class FileForm(forms.Form):
    """Shows the field; what was chosen is in request.FILES as "file".

    A plain file input would not do: the theme writes the chosen name into the text
    field that its own widget has beside it, and fails where there is none.
    """

    def __init__(self, *, accept: str) -> None:
        super().__init__()
        self.fields["file"] = forms.FileField(
            label=_("File"), widget=UnfoldAdminFileFieldWidget(attrs={"accept": accept})
        )
