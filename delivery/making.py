"""The pump of the documents' lane: makes files, then sends their messages on.

A message whose files are yet to be made waits in a lane of its own, so that a slow
service holds up nobody's mail; so does one whose words a service fills in. 1. Claim.
2. Make its files and words in threads that touch no database. 3. In one transaction:
store them, and move the message to the lane that it is sent from. What is made is
stored once and made again by nobody; whoever dies before that has sent nothing.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.conf import settings

from delivery import documents, outside_words, returning, states
from delivery.documents import Services
from delivery.gates import Shut
from delivery.loading import Held, load, reason_of, stop
from delivery.models import Attachment, Message
from delivery.recording import sending_lane
from delivery.states import Move, Status
from notify_project.errors import Invalid, Unavailable
from notify_project.queue import claiming, custody
from notify_project.queue.bell import ring
from notify_project.queue.custody import Suspicion
from notify_project.queue.pumps import Wake
from notify_project.queue.writing import writing
from providers.channels.base import channel
from providers.files import File

_RENEW_SECONDS = 15.0
_WAIT_SECONDS = 60.0
_CLAIMED = 50  # messages in one claim

Group = list[Held]  # messages of one content

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Orders:
    """What is to be made for the messages of one content: files, by row, and words."""

    files: Mapping[UUID, Mapping[str, Any]] = field(repr=False)
    words: Mapping[str, Any] | None = field(repr=False)

    @property
    def recipes(self) -> Sequence[Mapping[str, Any]]:
        return [*self.files.values(), *([self.words] if self.words else [])]


@dataclass(frozen=True, slots=True)
class Made:
    """The bytes of each file that was made, by its row, and words, if these had to be
    filled in; or why they are not there."""

    files: Mapping[UUID, bytes] = field(default_factory=dict, repr=False)
    words: Mapping[str, Any] | None = field(default=None, repr=False)
    why: Shut | None = None


def pump(lane: str, wake: Wake, stopping: threading.Event) -> None:
    """Work the lane until nothing is due or we are to stop; a bell: look again."""
    Workshop(lane, wake, stopping).run()


class Workshop:
    """One run over the lane, DOCUMENT_CONCURRENCY contents side by side.

    Messages of one content, as of a fan-out, go together: their files are made once.
    """

    def __init__(self, lane: str, wake: Wake, stopping: threading.Event) -> None:
        self._lane = lane
        self._wake = wake
        self._stopping = stopping
        self._room = settings.DOCUMENT_CONCURRENCY
        self._waiting: list[Group] = []
        self._flying: dict[Future[Made], Group] = {}
        self._tokens: set[UUID] = set()  # under which rows may be ours
        self._renewed = time.monotonic()
        self._served: Any = None
        self._dry = False

    def run(self) -> None:
        """Everything claimed is moved on, given back, or left to its lease."""
        with ThreadPoolExecutor(self._room, "documents") as threads:
            try:
                while self._fill(threads) or self._flying:
                    self._land()
                    self._renew()
            finally:
                returning.give_back(self._tokens)

    def _fill(self, threads: ThreadPoolExecutor) -> bool:
        """Begin as many as there is room for; False when there is no more."""
        if self._stopping.is_set():
            return False
        if self._wake.heard():
            self._dry = False
        if not (self._waiting or self._dry) and len(self._flying) < self._room:
            self._claim()
        while self._waiting and len(self._flying) < self._room:
            self._begin(self._waiting.pop(), threads)
        return bool(self._waiting) or not self._dry

    def _claim(self) -> None:
        """The next messages; one that was claimed twice in vain goes by itself."""
        token = uuid4()
        held = [one for group in self._flying.values() for one in group]
        self._tokens = {one[1] for one in held} | {token}
        claimed = claiming.claim(
            Message, self._lane, _CLAIMED, token=token, after=self._served
        )
        if claimed is None and not self._flying:
            claimed = claiming.claim_suspect(Message, self._lane, token=token)
        self._dry = claimed is None
        if claimed is None:
            return
        self._served = claimed.served
        groups: dict[UUID, Group] = defaultdict(list)
        for one in load(token, claimed.ids):
            groups[one.content_id].append((one, token))
        self._waiting = list(groups.values())

    def _begin(self, group: Group, threads: ThreadPoolExecutor) -> None:
        """Make what is missing; where all is there, the messages go on at once."""
        content = group[0][0].content_id
        for flying in self._flying.values():
            if flying[0][0].content_id == content:
                flying.extend(group)
                return
        orders = _orders(group)
        if orders is None:
            return
        if orders.recipes:
            services = documents.services_of(orders.recipes)
            self._flying[threads.submit(_make, orders, services)] = group
        else:
            _finish(group, Made())

    def _land(self) -> None:
        """Wait until one is made, and store it."""
        if not self._flying:
            return
        done, _rest = wait(self._flying, timeout=1.0, return_when=FIRST_COMPLETED)
        for one in done:
            group = self._flying.pop(one)
            _finish(group, one.result())

    def _renew(self) -> None:
        if time.monotonic() - self._renewed < _RENEW_SECONDS:
            return
        self._renewed = time.monotonic()
        with writing():
            custody.renew(Message, list(self._tokens))


def _orders(group: Group) -> Orders | None:
    """What is to be made; None if it cannot be read: the messages end."""
    message = group[0][0]
    found: dict[UUID, Mapping[str, Any]] = {}
    rows = _of(message).filter(recipe__isnull=False)
    why = reason_of(lambda: found.update(rows.values_list("id", "recipe")))
    if why is None:
        return Orders(found, message.content.body.get(outside_words.KEPT))
    stop([(held, why) for held in group])
    return None


def _of(message: Message) -> Any:
    return Attachment.across_tenants().filter(content=message.content_id)


def _make(orders: Orders, services: Services) -> Made:
    """Make all of a message's files, and its words; never raises."""
    failed = "document_failed"
    try:
        make = documents.make
        files = {row: make(one, services) for row, one in orders.files.items()}
        failed = "words_failed"
        return Made(files, _worded(orders.words, services))
    except Unavailable as error:
        wait_seconds = max(_WAIT_SECONDS, error.retry_after_seconds or 0.0)
        return _not_made("queued", "document_waits", error.message, wait_seconds)
    except Invalid as error:
        return _not_made("dead", failed, error.message)
    except Exception as error:  # a defect of ours, or of a service's code
        log.exception("document_broke", error=type(error).__name__)
        return _not_made("dead", failed, type(error).__name__)


def _worded(
    recipe: Mapping[str, Any] | None, services: Services
) -> Mapping[str, Any] | None:
    return outside_words.filled(recipe, services) if recipe else None


def _not_made(
    to: str, cause: str, detail: str, wait_seconds: float | None = None
) -> Made:
    return Made(why=Shut(to, cause, detail[:300], wait_seconds))


def _finish(group: Group, made: Made) -> None:
    """Store what was made and send the messages on; or stop them, with the reason."""
    why = made.why or _too_large(group[0][0], made.files)
    if why:
        stop([(held, why) for held in group])
        return
    with writing():
        for row, data in made.files.items():
            # What another worker has stored meanwhile stays: it may be under way.
            unmade = Attachment.across_tenants().filter(id=row, recipe__isnull=False)
            unmade.update(data=data, size=len(data), recipe=None)
        if made.words is not None:
            outside_words.keep(group[0][0].content_id, made.words)
        moves = [_onward(message, token) for message, token in group]
        moved = states.move(moves, suspicion=Suspicion.CLEAR)
    for lane in {str(one.values["lane"]) for one in moves if one.message.id in moved}:
        ring(lane)


def _onward(message: Message, token: UUID) -> Move:
    lane = sending_lane(message.channel, message.priority)
    values = {"lane": lane, "hold_reason": "", "error_code": "", "error_detail": ""}
    return Move(
        message,
        was=Status.CLAIMED,
        to=Status.QUEUED,
        cause="documents_made",
        token=token,
        values=values,
    )


def _too_large(message: Message, files: Mapping[UUID, bytes]) -> Shut | None:
    """What the channel says of the files, now that their sizes are known."""
    sizes = dict(_of(message).values_list("id", "size"))
    sizes |= {row: len(data) for row, data in files.items()}
    try:
        channel(message.channel).check_extras({}, _as_large(sizes.values()), path="")
    except Invalid as error:
        return Shut("dead", "document_failed", error.message[:300])
    return None


def _as_large(sizes: Iterable[int]) -> Sequence[File]:
    """Files to be measured; zeroes take no memory before somebody reads them."""
    return [File("document", "application/octet-stream", bytes(n)) for n in sizes]
