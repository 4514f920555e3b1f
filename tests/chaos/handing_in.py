"""Messages as accepting leaves them, without a web process before them."""

from __future__ import annotations

from collections.abc import Sequence

from delivery.plan import ChannelPlan, SenderPlan, Wording
from providers.models import Account
from tests.chaos.moods import word_of
from tests.chaos.world import SENDER, World
from tests.delivery.accepted import accepted

# One message of each in turn: the account, its channel, and the policy.
Way = tuple[str, str, str]
WAYS: Sequence[Way] = (
    ("mail", "email", "retry_once"),
    ("mail", "email", "at_most_once"),
    ("room", "msgApp", "hold"),
    ("phone", "sms", "hold"),
    ("hook", "msgApp", "retry_once"),
)


class HandingIn:
    """Each is in a notification of its own."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._accounts = {one.name: one for one in Account.for_tenant(world.tenant)}
        self._count = 0

    def up_to(self, count: int, ways: Sequence[Way] = WAYS) -> None:
        """More of them, until there are so many in all."""
        while self._count < count:
            self._count += 1
            self._one(self._count, *ways[self._count % len(ways)])

    def _one(self, number: int, name: str, channel: str, policy: str) -> None:
        word = word_of(number)
        to = {"email": f"{word}@example.org", "sms": f"+1604{2000000 + number}"}
        plan = ChannelPlan(
            channel=channel,
            to=(to.get(channel, name),),
            cc=(),
            bcc=(),
            wording=Wording(_texts(channel, word), "text", None),
            params={},
            sender=SenderPlan(SENDER) if channel == "email" else SenderPlan(),
            account_id=None,
            on_unknown=policy,
            destinations={name: self._accounts[name].id},
        )
        made = accepted(self._world.tenant, plan, correlation_id=word)
        self._world.words[word] = str(made.id)


def _texts(channel: str, word: str) -> dict[str, str]:
    body = {"body": f"This is {word}."}
    return {"subject": f"About {word}", **body} if channel == "email" else body
