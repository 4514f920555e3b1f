"""Images: pictures under a name, for logos and branding in mails and documents."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminFileFieldWidget

from templates_app import embedding, images, pictures
from templates_app.errors import InvalidImage
from templates_app.models import Image
from tenants.admin.base import TenantAdmin
from tenants.admin.forms import StepForm


class ImageForm(StepForm):
    """Saves by images.create or images.change."""

    field_names: ClassVar[dict[str, str]] = {"content": "upload"}

    upload = forms.FileField(
        label=gettext_lazy("Picture"),
        widget=UnfoldAdminFileFieldWidget(
            attrs={"accept": ",".join(sorted(pictures.ENDINGS))}
        ),
        help_text=gettext_lazy("A PNG, JPEG or GIF of at most 500 KB."),
    )

    class Meta:
        model = Image
        fields = ("name", "description")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_new and "upload" in self.fields:
            self.fields["upload"].required = False
            self.fields["upload"].help_text = _(
                "Another picture, for all that is sent from now on. What was accepted "
                "before keeps the one that it has."
            )

    def step(self) -> Image:
        given = self.cleaned_data.get("upload")
        # One byte more than is allowed tells that it is too large.
        data = given.read(pictures.BYTES + 1) if given else None
        description = str(self.cleaned_data["description"])
        if not self.is_new:
            image: Image = self.instance
            images.change(image, data=data, description=description)
            return image
        if self.tenant is None:  # the page is closed without one
            raise InvalidImage(_("Choose a tenant first."))
        name = str(self.cleaned_data["name"])
        return images.create(
            self.tenant, name=name, data=data or b"", description=description
        )


@admin.register(Image)
class ImagesAdmin(TenantAdmin):
    """Templates show an image by its name, which therefore stays."""

    form = ImageForm
    list_display = ("name", "facts", "description", "updated_at")
    search_fields = ("name", "description")
    list_select_related = ("picture",)
    empty_title = gettext_lazy("No images yet")
    empty_text = gettext_lazy(
        "Upload your logo under a name, and templates, layouts and documents show it "
        'as <img src="cid:logo">. It goes along with each mail.'
    )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        kwargs["fields"] = ImageForm.Meta.fields if obj is None else ("description",)
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ((None, {"fields": ("name", "upload", "description")}),)
        told = ("name", "shown", "written", "facts")
        if not self.has_change_permission(request, obj):
            return ((None, {"fields": (*told, "description")}),)
        return ((None, {"fields": (*told, "upload", "description")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("name", "shown", "written", "facts") if obj is not None else ()

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("picture__data")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        images.delete(obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Its use is asked of the database when it is deleted, not listed before."""
        return [str(one) for one in objs], {}, set(), []

    @display(description=gettext_lazy("picture"))
    def facts(self, obj: Image) -> str:
        one = obj.picture
        kind = one.content_type.partition("/")[2].upper()
        size = filesizeformat(one.size)
        return f"{kind}, {one.width} x {one.height}, {size}"

    @display(description=gettext_lazy("picture"))
    def shown(self, obj: Image) -> str:
        data = images.loaded([obj.picture_id])[obj.picture_id]
        url = embedding.data_url(obj.picture.content_type, data)
        return format_html(
            '<img class="notify-picture" src="{}" alt="{}">', url, obj.name
        )

    @display(description=gettext_lazy("in templates"))
    def written(self, obj: Image) -> str:
        return f'<img src="cid:{obj.name}" alt="">'
