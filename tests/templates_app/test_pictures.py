"""What an uploaded picture is, by its first bytes."""

from __future__ import annotations

import pytest

from templates_app.errors import InvalidImage
from templates_app.pictures import BYTES, SIDE, Measured, measured
from tests.templates_app.drawn import gif, jpeg, png


@pytest.mark.parametrize(
    ("data", "content_type"),
    [(png(), "image/png"), (gif(), "image/gif"), (jpeg(), "image/jpeg")],
)
def test_kind_and_size_are_read_from_the_bytes(data: bytes, content_type: str):
    assert measured(data) == Measured(content_type, 40, 20)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "PNG, JPEG or GIF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "PNG, JPEG or GIF"),
        (b"%PDF-1.7", "PNG, JPEG or GIF"),
        (png(size=BYTES + 1), "more than 500 KB"),
        (png(SIDE + 1, 1), "4000 points"),
        (png(0, 20), "damaged"),
        (png()[:20], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(30), "damaged"),
        (jpeg()[:25], "damaged"),
        (b"\xff\xd8\xff\xe0\x00\x02" + bytes(9), "damaged"),
        (gif()[:8], "damaged"),
    ],
)
def test_what_no_mail_program_shows_is_refused(data: bytes, told: str):
    with pytest.raises(InvalidImage, match=told) as refused:
        measured(data)

    assert refused.value.errors[0].field == "content"


def test_a_picture_of_the_largest_size_is_taken():
    assert measured(png(SIDE, SIDE, size=BYTES)).width == SIDE
