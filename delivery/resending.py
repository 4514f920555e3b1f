"""Send once more what was sent: a new notification with the same words, linked.

Past the window in which equal calls count as one: somebody asks for it. What was
composed is taken as it stands; the suppression list is heard just before it goes out,
as with every message.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from delivery import announcing, outside_words, recording
from delivery.errors import CannotResend
from delivery.models import (
    Attachment,
    Content,
    LedgerEntry,
    Message,
    Notification,
    NotificationTag,
    Recipient,
)
from delivery.states import Overall, Status
from notify_project.db import clock
from notify_project.db.hashing import address_hash
from notify_project.db.ids import uuid7
from notify_project.db.values import insert_objects
from notify_project.queue.bell import ring
from notify_project.queue.writing import writing
from providers.channels.base import channel
from recipients.erasing import ERASED

MOST_MESSAGES = 50


def resend(
    original: Notification, messages: Sequence[Message], *, address: str = ""
) -> Notification:
    """Record it and ring; `messages` are those of `original` that go out again.

    `address` goes in place of all recipients of the one message. Raises CannotResend
    where words or addresses are not kept any more, and Invalid for an address that its
    channel does not have.
    """
    _ensure(original, messages, address)
    made = _notification(original, messages)
    rows = _Copies(original, made)
    for message in messages:
        rows.add(message, _recipients(original, message, address))
    with writing():
        rows.insert()
    for lane in {one.lane for one in rows.messages}:
        ring(lane)
    return made


def _ensure(original: Notification, messages: Sequence[Message], address: str) -> None:
    if original.is_ours:
        raise CannotResend(_("Mails of Notify's own are for their recipient only."))
    if not messages or len(messages) > MOST_MESSAGES:
        raise CannotResend(
            _("Choose from 1 to %(most)d messages to be sent again.")
            % {"most": MOST_MESSAGES}
        )
    if original.content_deleted_at or not all(one.content.body for one in messages):
        raise CannotResend(
            _("Its content is not kept any more. The program has to call again.")
        )
    if not address:
        return
    if len(messages) > 1:
        raise CannotResend(_("A new address is for one message. Choose which."))
    if channel(messages[0].channel).addresses_are_accounts:
        raise CannotResend(_("A room has no other address. Leave it empty."))
    if messages[0].subscription_id:
        raise CannotResend(
            _("It holds its subscriber's own link. Leave the address empty.")
        )


def _notification(original: Notification, messages: Sequence[Message]) -> Notification:
    """As it was asked for then; by the same key, so that a test stays a test."""
    return Notification(
        tenant_id=original.tenant_id,
        status=Overall.QUEUED,
        event_type=original.event_type,
        event_version=original.event_version,
        correlation_id=original.correlation_id,
        channels=sorted({one.channel for one in messages}),
        mandatory=original.mandatory,
        key_type=original.key_type,
        key_name=original.key_name,
        params=original.params,
        decided_by=dict(original.decided_by),
        warnings=[],
        created_at=clock.now(),
        resent_of=original.id,
        callback=original.callback,
        correlated=original.correlated,
    )


def _recipients(
    original: Notification, message: Message, address: str
) -> list[tuple[str, str]]:
    """(kind, address) of each; raises CannotResend for one who was erased."""
    kind = channel(message.channel)
    if address:
        region = original.tenant.phone_region
        return [("to", kind.normalise(address, region=region))]
    known = [(one.kind, str(one.address)) for one in message.recipients.all()]
    if any(one == ERASED for _kind, one in known):
        raise CannotResend(_("Its recipient was erased. Give a new address."))
    return known


class _Copies:
    """The rows of the new notification, gathered for one statement."""

    def __init__(self, original: Notification, made: Notification) -> None:
        self.messages: list[Message] = []
        self._original = original
        self._made = made
        self._contents: dict[object, Content] = {}
        self._files: list[Attachment] = []
        self._recipients: list[Recipient] = []

    def add(self, message: Message, recipients: Iterable[tuple[str, str]]) -> None:
        """One more message, with its words and files."""
        content = self._content(message.content)
        copy = Message(
            id=uuid7(),
            tenant_id=self._made.tenant_id,
            notification_id=self._made.id,
            content_id=content.id,
            channel=message.channel,
            lane=self._lane(message, content),
            priority=message.priority,
            created_at=self._made.created_at,
            pinned_account_id=message.pinned_account_id,
            subscription_id=message.subscription_id,
            on_unknown=message.on_unknown,
            callback=announcing.listener(self._made),
        )
        self.messages.append(copy)
        self._recipients += [
            _recipient(copy, kind, address) for kind, address in recipients
        ]

    def insert(self) -> None:
        made = self._made
        insert_objects(
            [made],
            list(self._contents.values()),
            self._files,
            self.messages,
            self._recipients,
            [_first_entry(one) for one in self.messages],
            [
                NotificationTag(
                    tenant_id=made.tenant_id,
                    notification_id=made.id,
                    tag=one.tag,
                    created_at=made.created_at,
                )
                for one in self._original.tags.all()
            ],
        )

    def _content(self, old: Content) -> Content:
        if old.id in self._contents:
            return self._contents[old.id]
        new = Content(
            tenant_id=self._made.tenant_id,
            notification_id=self._made.id,
            channel=old.channel,
            template=old.template,
            body=old.body,
        )
        self._contents[old.id] = new
        self._files += [
            Attachment(
                tenant_id=new.tenant_id,
                content_id=new.id,
                position=file.position,
                filename=file.filename,
                content_type=file.content_type,
                size=file.size,
                data=file.data,
                recipe=file.recipe,
            )
            for file in old.attachments.all()
        ]
        return new

    def _lane(self, message: Message, content: Content) -> str:
        """For what is yet to be made for it first; else for its sending."""
        if outside_words.KEPT in content.body or any(
            one.recipe is not None
            for one in self._files
            if one.content_id == content.id
        ):
            return str(settings.DOCUMENTS_LANE)
        return recording.sending_lane(message.channel, message.priority)


def _recipient(message: Message, kind: str, address: str) -> Recipient:
    folded = channel(message.channel).folded(address)
    return Recipient(
        tenant_id=message.tenant_id,
        message_id=message.id,
        kind=kind,
        address=address,
        address_hash=address_hash(message.tenant_id, folded),
        created_at=message.created_at,
    )


def _first_entry(message: Message) -> LedgerEntry:
    return LedgerEntry(
        tenant_id=message.tenant_id,
        message_id=message.id,
        became=Status.QUEUED,
        cause="accepted",
        at=message.created_at,
    )
