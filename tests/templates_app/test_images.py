"""Images: uploaded under a name, shown by texts, kept while something shows them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from events import designing
from events.designing import Naming
from events.designs import ChannelDesign, Design
from events.errors import InvalidDesign
from templates_app import editing, images
from templates_app.errors import (
    ImageInUse,
    ImageNameTaken,
    ImageNotFound,
    InvalidImage,
    TemplateSyntax,
)
from templates_app.models import Picture
from tenants.models import Tenant
from tests.templates_app.drawn import gif, image, png
from tests.templates_app.parts import layout, partial, template
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db
LOGO = '<img src="cid:logo">'


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


@pytest.mark.parametrize("name", ["", "my logo", "1st", "logo.png", "é"])
def test_a_name_is_one_that_texts_can_write(tenant: Tenant, name: str):
    with pytest.raises(InvalidImage):
        image(tenant, name)


def test_a_name_is_taken_once_in_a_tenant(tenant: Tenant):
    image(tenant, "logo")
    image(TenantFactory(), "logo")

    with pytest.raises(ImageNameTaken):
        image(tenant, "Logo")


def test_another_tenants_image_is_not_there(tenant: Tenant):
    theirs = image(TenantFactory(), "logo")

    with pytest.raises(ImageNotFound):
        images.find(tenant, theirs.id)
    assert images.in_texts(tenant.id, [LOGO]) == {}


def test_a_text_brings_the_images_that_it_names_in_one_query(
    tenant: Tenant, django_assert_num_queries: Any
):
    made = image(tenant, "Logo", gif())
    image(tenant, "other")

    with django_assert_num_queries(1):
        found = images.in_texts(tenant.id, [LOGO, '<img src="cid:nobody">'])
    with django_assert_num_queries(0):
        images.in_texts(tenant.id, ["no image", "cid:logo"])

    one = found["logo"]
    assert found.keys() == {"logo"}
    assert (one.picture, one.filename) == (made.picture_id, "logo.gif")


def test_pictures_are_read_once(tenant: Tenant, django_assert_num_queries: Any):
    made = image(tenant)

    with django_assert_num_queries(1):
        for _turn in range(2):
            assert images.loaded([made.picture_id]) == {made.picture_id: png()}


@pytest.mark.parametrize("make", [partial, layout, template])
def test_an_unknown_image_is_told_with_its_place(tenant: Tenant, make: Any):
    body = f"{{{{> content}}}}\n {LOGO}" if make is layout else f"Hello\n {LOGO}"

    with pytest.raises(TemplateSyntax, match="no image logo") as refused:
        make(tenant, "one", body, body_type="html")

    assert (refused.value.line, refused.value.column) == (2, 16)
    assert refused.value.errors[0].field == "body"


def test_other_languages_are_looked_at_too(tenant: Tenant):
    variants = {"fr": {"subject": "S", "body": LOGO}}

    with pytest.raises(TemplateSyntax, match="no image logo"):
        template(tenant, "one", "Hello", body_type="html", variants=variants)


def test_what_is_shown_is_not_deleted_until_nothing_shows_it(tenant: Tenant):
    logo = image(tenant)
    made = template(tenant, "Welcome", LOGO, body_type="html")

    with pytest.raises(ImageInUse, match="Welcome v1"):
        images.delete(logo)
    editing.delete(made)
    images.delete(images.find(tenant, logo.id))

    with pytest.raises(ImageNotFound):
        images.find(tenant, logo.id)


def occasion(tenant: Tenant, body: str) -> None:
    content = {"subject": "S", "body": body, "bodyType": "html"}
    values = {"recipients": {"to": ["jane@example.org"]}, "content": content}
    design = Design(channels={"email": ChannelDesign(values=values)})
    designing.create(tenant, Naming("PermitIssued"), design)


def test_an_event_types_own_words_keep_an_image_too(tenant: Tenant):
    logo = image(tenant)
    occasion(tenant, LOGO)

    with pytest.raises(ImageInUse, match="PermitIssued v1"):
        images.delete(logo)


def test_an_event_type_names_only_images_that_there_are(tenant: Tenant):
    with pytest.raises(InvalidDesign, match="no image logo") as refused:
        occasion(tenant, LOGO)

    assert refused.value.errors[0].field == "email.content.body"


def test_a_replaced_picture_stays_until_nothing_can_need_it(tenant: Tenant):
    logo = image(tenant)
    old = logo.picture_id
    images.change(logo, data=png(80, 40))

    images.forget(tenant, timezone.now() - timedelta(days=1))
    assert images.loaded([old]).keys() == {old}
    images.forget(tenant, timezone.now() + timedelta(days=1))

    assert [one.width for one in Picture.for_tenant(tenant)] == [80]


def test_a_change_of_the_description_keeps_the_picture(tenant: Tenant):
    logo = image(tenant)

    images.change(logo, description="Ours")

    again = images.find(tenant, logo.id)
    assert (again.description, again.picture_id) == ("Ours", logo.picture_id)
    assert Picture.for_tenant(tenant).filter(replaced_at=None).count() == 1
