"""Outside services that are no channels: what they are asked, and which there are.

"documents.cdogs" is providers/documents/cdogs.py; nothing else has to be edited for
another. Modules are loaded when first asked for.
"""

from __future__ import annotations

import functools
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from providers.config import ProviderConfig
from providers.registry import UnknownProvider, the_one_of

# Kind of service, by the folder of its modules.
KINDS: Mapping[str, str | Promise] = {
    "documents": _lazy("Documents"),
    "directories": _lazy("Directories"),
    "subscriptions": _lazy("Subscriptions"),
}


@dataclass(frozen=True, slots=True)
class DocumentOrder:
    """A file that is to be made of `data`, which is plain JSON.

    `template` is the service's own id of one; empty leaves it to the configuration.
    `form` is what it is to become: pdf, docx, ... `name` is the file's, without ending.
    """

    data: Mapping[str, Any] = field(repr=False)
    template: str = ""
    form: str = "pdf"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a directory; `email` in lower case."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose subscribers are asked for: a list of a tenant's, over one channel, by the
    ids that the service gave both."""

    tenant: str
    list: str
    channel: str


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody who has subscribed elsewhere."""

    address: str
    locale: str = ""
    params: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class SubscriptionPage:
    """Some of them; an empty `cursor` says that these were the last."""

    subscribers: Sequence[Subscriber] = field(repr=False)
    cursor: str = ""


class OutsideService(ABC):
    """Speaks to one outside service. Made per configured record, used by many threads.

    A call ends within `call_seconds`, whatever the other side does.
    """

    label: ClassVar[str | Promise]
    docs_url: ClassVar[str]
    config_class: ClassVar[type[ProviderConfig]]
    call_seconds: ClassVar[float] = 20.0

    def __init__(self, config: ProviderConfig) -> None:
        self.config: Any = config

    @abstractmethod
    def check(self) -> str:
        """Try the configuration without making anything; what was found, in a sentence.

        Raises Temporary, Permanent or Misconfigured when it would not work.
        """

    def close(self) -> None:  # noqa: B027  (most keep nothing open)
        """Let go of what is kept open."""

    @classmethod
    def configured(cls, values: Mapping[str, object]) -> Self:
        """An instance from stored values; raises Misconfigured naming the field."""
        return cls(cls.config_class.from_values(values))


class DocumentService(OutsideService):
    """Makes files."""

    @abstractmethod
    def make(self, order: DocumentOrder) -> bytes:
        """The file; raises one of the four of providers/errors.py."""


@dataclass(frozen=True, slots=True)
class TextOrder:
    """A text that is to be filled in with `data`, which is plain JSON; it is `html`, or
    text."""

    source: str = field(repr=False)
    data: Mapping[str, Any] = field(repr=False)
    html: bool = False


class TextService(DocumentService):
    """Fills in texts as well, for templates that are written in its own language."""

    renderer: ClassVar[str]
    """What `renderer` calls that language."""

    @abstractmethod
    def fill(self, order: TextOrder) -> str:
        """The text, HTML with its values escaped; raises one of the four of
        providers/errors.py."""

    @classmethod
    @abstractmethod
    def reads(cls, source: str) -> Sequence[str]:
        """The params that a text prints, in order; as good as can be known here."""

    @classmethod
    @abstractmethod
    def lacks(cls, source: str, data: Mapping[str, Any]) -> Sequence[str]:
        """Those of them that are not in the data. Raises Permanent for data that
        cannot be given to the service."""


class DirectoryService(OutsideService):
    """Knows groups of people."""

    @abstractmethod
    def people(self, tenant: str, groups: Sequence[str]) -> Sequence[Person]:
        """Who is in any of a tenant's groups, by the ids that the directory gave both.

        Those without an address are left out. Raises one of the four of
        providers/errors.py.
        """


class SubscriptionService(OutsideService):
    """Knows who has subscribed to which list."""

    @abstractmethod
    def page(self, asked: Asked, cursor: str = "") -> SubscriptionPage:
        """The first page, or the one that a cursor says.

        Raises one of the four of providers/errors.py.
        """


def service_keys(kind: str = "") -> Sequence[str]:
    """Keys of all services, or of one kind, sorted."""
    wanted = [kind] if kind else list(KINDS)
    return sorted(key for one in wanted for key in _keys_of(one))


@functools.cache
def service_class(key: str) -> type[OutsideService]:
    """The class behind a key; raises UnknownProvider."""
    if key not in service_keys():
        raise UnknownProvider(
            _("There is no service %(key)s. Use one of: %(known)s.")
            % {"key": ascii(key)[:60], "known": ", ".join(service_keys())}
        )
    found: type[OutsideService] = the_one_of(key, OutsideService)
    return found


@functools.cache
def text_services() -> Mapping[str, type[TextService]]:
    """The services that fill in texts, by their keys."""
    found = {key: service_class(key) for key in service_keys("documents")}
    return {key: one for key, one in found.items() if issubclass(one, TextService)}


@functools.cache
def _keys_of(kind: str) -> tuple[str, ...]:
    if kind not in KINDS:
        return ()
    found = pkgutil.iter_modules([str(Path(__file__).parent / kind)])
    return tuple(f"{kind}.{one.name}" for one in found if not one.name.startswith("_"))
