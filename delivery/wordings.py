"""A wording kept for later: as plain JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from delivery.plan import ChannelPlan, SenderPlan, Wording
from templates_app.embedding import Embedded
from templates_app.shapes import Layout


def stored(one: Wording) -> dict[str, Any]:
    """Ids as text; which service fills it in is kept by who has it filled in."""
    images = {
        name: {**asdict(each), "picture": str(each.picture)}
        for name, each in one.images.items()
    }
    return {**asdict(one), "images": images, "service": None}


def read(kept: Mapping[str, Any]) -> Wording:
    """What `stored` made plain."""
    layout = kept["layout"]
    images = {
        name: Embedded(**{**each, "picture": UUID(each["picture"])})
        for name, each in kept["images"].items()
    }
    return Wording(
        **{**kept, "images": images, "layout": Layout(**layout) if layout else None}
    )


def plan_of(
    code: str, wording: Wording, params: Mapping[str, Any], path: str = ""
) -> ChannelPlan:
    """A channel's words to be made, without anybody who gets them."""
    return ChannelPlan(
        channel=code,
        to=(),
        cc=(),
        bcc=(),
        wording=wording,
        params=params,
        sender=SenderPlan(),
        account_id=None,
        on_unknown="",
        path=path,
    )
