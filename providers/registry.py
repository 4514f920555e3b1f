""" "sms.twilio" is providers/sms/twilio.py: the one place that loads providers by name.

Folders are listed, modules are loaded when first asked for, so that one provider's
missing library stops no other.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from notify_project.errors import Invalid
from providers.base import Provider
from providers.channels.base import Channel, channel, channels

_KEY = re.compile(r"([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)")

# Old key -> new key of a provider whose file was renamed; stored keys stay valid.
ALIASES: Mapping[str, str] = {}


class UnknownProvider(Invalid):
    """A key that no file stands behind."""

    code = "unknown_provider"
    title = gettext_noop("There is no such provider")


def provider_keys(channel_code: str | None = None) -> list[str]:
    """Keys of all providers, or of one channel (by code or lane), sorted."""
    chosen = channels() if channel_code is None else (channel(channel_code),)
    return sorted(key for one in chosen for key in _keys_of(one.lane))


@functools.cache
def provider_class(key: str) -> type[Provider[Any]]:
    """The Provider subclass behind a key; raises UnknownProvider."""
    key = ALIASES.get(key, key)
    parts = _KEY.fullmatch(key)
    if not parts or key not in _keys_of(parts[1]):
        raise UnknownProvider(
            _("There is no provider %(key)s. Use one of: %(known)s.")
            % {"key": ascii(key)[:60], "known": ", ".join(provider_keys())}
        )
    found: type[Provider[Any]] = the_one_of(key, Provider)
    return found


def channel_of(key: str) -> Channel:
    """The channel that a provider of this key serves; raises UnknownProvider."""
    provider_class(key)
    return channel(ALIASES.get(key, key).partition(".")[0])


@functools.cache
def _keys_of(lane: str) -> tuple[str, ...]:
    """Keys by the files of one channel's folder; none if it is no channel's."""
    if lane not in {one.lane for one in channels()}:
        return ()
    folder = Path(__file__).parent / lane
    found = pkgutil.iter_modules([str(folder)])
    return tuple(f"{lane}.{one.name}" for one in found if not one.name.startswith("_"))


def the_one_of(key: str, base: type) -> Any:
    """The subclass of `base` that the key's module defines; TypeError for none or two.

    The key has been checked: it names a file of ours.
    """
    module = importlib.import_module(f"{__package__}.{key}")
    own = [
        found
        for found in vars(module).values()
        if inspect.isclass(found)
        and issubclass(found, base)
        and found.__module__ == module.__name__
        and not inspect.isabstract(found)
    ]
    if len(own) != 1:
        raise TypeError(
            f"{module.__name__} must define exactly one {base.__name__}, not "
            f"{len(own)}."
        )
    return own[0]
