"""The admin's pages of images, used as a browser would."""

from __future__ import annotations

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from templates_app.models import Image
from tenants.models import Tenant
from tests.templates_app.drawn import gif, image, png
from tests.templates_app.parts import template
from tests.tenants.factories import MembershipFactory, TenantFactory

pytestmark = pytest.mark.django_db
ADD = "admin:templates_app_image_add"
LOGO = '<img src="cid:logo">'


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def someone(tenant: Tenant, role: str = "designer") -> Client:
    client = Client()
    client.force_login(MembershipFactory(tenant=tenant, role=role).user)
    return client


def page(one: Image, name: str = "change") -> str:
    return reverse(f"admin:templates_app_image_{name}", args=[one.pk])


def upload(data: bytes, **values: str) -> dict[str, object]:
    return {"upload": SimpleUploadedFile("a.png", data), **values}


def test_a_logo_is_uploaded_and_shown(tenant: Tenant):
    client = someone(tenant)

    client.post(reverse(ADD), upload(png(), name="logo"))

    made = Image.for_tenant(tenant).get()
    shown = client.get(page(made)).content.decode()
    assert f"data:image/png;base64,{base64.b64encode(png()).decode()}" in shown
    assert "PNG, 40 x 20" in shown
    assert "cid:logo" in shown


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"<svg/>", "PNG, JPEG or GIF"), (png(size=500_001), "more than 500 KB")],
)
def test_what_mails_do_not_show_is_refused(tenant: Tenant, data: bytes, told: str):
    answer = someone(tenant).post(reverse(ADD), upload(data, name="logo"))

    assert told in answer.content.decode()
    assert not Image.for_tenant(tenant).exists()


def test_another_picture_comes_under_the_name_that_stays(tenant: Tenant):
    made = image(tenant)

    someone(tenant).post(page(made), upload(gif(), name="other", description="New"))

    made.refresh_from_db()
    assert (made.name, made.description) == ("logo", "New")
    assert made.picture.content_type == "image/gif"


def test_deleting_one_in_use_is_refused_with_where(tenant: Tenant):
    made = image(tenant)
    template(tenant, "Welcome", LOGO, body_type="html")

    answer = someone(tenant).post(page(made, "delete"), {"post": "yes"}, follow=True)

    assert "The image is used by: Welcome v1" in answer.content.decode()


def test_previews_show_it_without_asking_anybody(tenant: Tenant):
    image(tenant)
    made = template(tenant, "Welcome", LOGO, body_type="html")
    url = reverse("admin:templates_app_template_preview_html", args=[made.pk, 1])

    shown = someone(tenant).get(url)

    assert 'src="data:image/png;base64,' in shown.content.decode()
    assert "img-src data:" in shown["Content-Security-Policy"]


def test_support_looks_and_changes_nothing(tenant: Tenant):
    made = image(tenant)
    client = someone(tenant, "support")

    assert "cid:logo" in client.get(page(made)).content.decode()
    assert client.get(reverse(ADD)).status_code == 403
