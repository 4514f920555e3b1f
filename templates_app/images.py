"""A tenant's images: make, change and delete them; what a text's names stand for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.db.models import ProtectedError, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from notify_project.queue.writing import writing
from notify_project.remembering import Memory
from templates_app import embedding, partials, pictures
from templates_app.embedding import Embedded
from templates_app.errors import (
    ImageInUse,
    ImageNameTaken,
    ImageNotFound,
    InvalidImage,
    TemplateSyntax,
    shown,
)
from templates_app.models import Image, Picture
from tenants.models import Tenant

MOST = 200
_NAMED_USERS = 5
# Pictures never change: only memory bounds this, 8 MB at most.
_kept: Memory[UUID, bytes] = Memory(size=16, seconds=lambda: settings.CACHE_SECONDS)


def find(tenant: Tenant, image_id: UUID) -> Image:
    """Raises ImageNotFound, for another tenant's as well."""
    rows = Image.for_tenant(tenant).select_related("picture")
    found = rows.defer("picture__data").filter(id=image_id).first()
    if found is None:
        raise ImageNotFound(_("There is no image with this id."))
    return found


def create(tenant: Tenant, *, name: str, data: bytes, description: str = "") -> Image:
    """Raises InvalidImage and ImageNameTaken."""
    if Image.for_tenant(tenant).count() >= MOST:
        raise InvalidImage(
            _("A tenant has at most %(limit)d images.") % {"limit": MOST}, field="name"
        )
    image = Image(tenant=tenant, name=_checked_name(name), description=description)
    image.picture = _picture(tenant.id, data)
    _save(image)
    return image


def change(
    image: Image, *, data: bytes | None = None, description: str | None = None
) -> None:
    """A new picture is shown in all that is accepted from now on; the name stays, for
    texts write it. Raises InvalidImage."""
    old = image.picture
    if description is not None:
        image.description = description
    if data is not None:
        image.picture = _picture(image.tenant_id, data)
    _save(image, replaced=old if data is not None else None)


def delete(image: Image) -> None:
    """What was accepted with it is sent with it. Raises ImageInUse, naming where."""
    try:
        with writing():
            image.delete()
            _retire(image.tenant_id, image.picture_id)
    except ProtectedError as error:
        raise _in_use(error.protected_objects) from None


def in_texts(tenant_id: UUID, texts: Iterable[str]) -> Mapping[str, Embedded]:
    """The images that these texts name, as they are now; one query if there are any.

    Names that are nobody's are left out.
    """
    wanted = embedding.named(texts)
    if not wanted:
        return {}
    columns = ("picture_id", "picture__content_type", "picture__size")
    rows = _rows(tenant_id, wanted).values_list("name", *columns)
    theirs = {name.lower(): facts for name, *facts in rows}
    return {
        name: _embedded(name, *theirs[name.lower()])
        for name in sorted(wanted)
        if name.lower() in theirs
    }


def ids(tenant_id: UUID, texts: Iterable[str]) -> dict[str, UUID]:
    """By the names that these texts write, in lower case; one query if any."""
    wanted = embedding.named(texts)
    if not wanted:
        return {}
    rows = _rows(tenant_id, wanted).values_list("name", "id")
    return {name.lower(): found for name, found in rows}


def loaded(picture_ids: Collection[UUID]) -> Mapping[UUID, bytes]:
    """The bytes of pictures, of any tenants'; one query for those not read lately."""
    found = {one: kept for one in picture_ids if (kept := _kept.get(one)) is not None}
    missing = [one for one in picture_ids if one not in found]
    if missing:
        # Across tenants: whose they are, the content that names them says.
        rows = Picture.across_tenants().filter(id__in=missing)
        for key, data in rows.values_list("id", "data"):
            found[key] = bytes(data)
            _kept.put(key, found[key])
    return found


def as_urls(images: Mapping[str, Embedded]) -> Mapping[str, str]:
    """By name the pictures themselves, for what is read outside of a mail program."""
    data = loaded([one.picture for one in images.values()])
    return {
        name: embedding.data_url(one.content_type, data[one.picture])
        for name, one in images.items()
        if one.picture in data
    }


def forget(tenant: Tenant, until: datetime) -> None:
    """Delete the pictures that were replaced before, in the caller's transaction."""
    Picture.for_tenant(tenant).filter(replaced_at__lt=until).delete()


def ensure_there(source: str, known: Collection[str], *, field: str) -> None:
    """Raise TemplateSyntax, of `field`, for the first image that is not among these."""
    for one in embedding.written(source):
        if one.name.lower() not in known:
            line = source.count("\n", 0, one.at) + 1
            column = one.at - source.rfind("\n", 0, one.at)
            message = unknown(one.name)
            raise TemplateSyntax(message, line=line, column=column).at(field)


def unknown(name: str) -> str:
    """The sentence about a name that is no image's."""
    return _("There is no image %(name)s. Upload it first, under this name.") % {
        "name": shown(name)
    }


def _rows(tenant_id: UUID, wanted: Collection[str]) -> QuerySet[Image]:
    return (
        Image.for_tenant(tenant_id)
        .alias(folded=Lower("name"))
        .filter(folded__in=[one.lower() for one in wanted])
        .order_by()
    )


def _embedded(name: str, picture: UUID, content_type: str, size: int) -> Embedded:
    ending = pictures.ENDINGS[content_type]
    return Embedded(name, picture, content_type, size, f"{name}{ending}")


def _picture(tenant_id: UUID, data: bytes) -> Picture:
    found = pictures.measured(data)
    return Picture(
        tenant_id=tenant_id,
        content_type=found.content_type,
        width=found.width,
        height=found.height,
        size=len(data),
        data=data,
    )


def _save(image: Image, replaced: Picture | None = None) -> None:
    try:
        with writing():
            if image.picture._state.adding:
                image.picture.save(force_insert=True)
                image.picture_id = image.picture.id
            image.save()
            if replaced is not None:
                _retire(image.tenant_id, replaced.id)
    except IntegrityError:
        raise ImageNameTaken(
            _("There is an image of this name already. Choose another."), field="name"
        ) from None


def _retire(tenant_id: UUID, picture_id: UUID) -> None:
    row = Picture.for_tenant(tenant_id).filter(id=picture_id)
    row.update(replaced_at=timezone.now())


def _in_use(users: Iterable[object]) -> ImageInUse:
    names: Sequence[str] = sorted({str(one) for one in users})
    return ImageInUse(
        _("The image is used by: %(users)s. Change that first.")
        % {"users": ", ".join(names[:_NAMED_USERS])}
    )


def _checked_name(name: str) -> str:
    stripped = name.strip()
    if not partials.NAME.fullmatch(stripped):
        raise InvalidImage(
            _(
                "An image's name begins with a letter and goes on with letters, "
                "digits, hyphens and underscores: templates write cid: and the name."
            ),
            field="name",
        )
    return stripped
