"""What a provider gets by inheriting, and what it must bring."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import pytest

from providers.base import Accepted, Capability, Provider, Reach, Receipt, Word
from providers.config import ProviderConfig, SecretStr, option
from providers.errors import Misconfigured, Permanent


@dataclass(frozen=True)
class PigeonConfig(ProviderConfig):
    ring: SecretStr = option("Ring number")
    speed: int = option("Speed", default=80, min=1)


class Pigeon(Provider[str]):
    """The least that a provider has to be."""

    label = "Carrier pigeon"
    docs_url = "https://www.rfc-editor.org/rfc/rfc1149"
    config_class = PigeonConfig

    def send(self, payload: str) -> Accepted:
        return Accepted(provider_ref=payload)

    def check(self) -> str:
        return "It coos."


def test_it_is_made_of_stored_values():
    pigeon = Pigeon.configured({"ring": "canary"})

    assert isinstance(pigeon, Pigeon)
    assert (pigeon.config.ring.reveal(), pigeon.config.speed) == ("canary", 80)


@pytest.mark.parametrize(
    ("values", "field"),
    [({}, "ring"), ({"ring": "canary", "speed": 0}, "speed")],
)
def test_values_that_do_not_fit_name_the_field(values, field):
    with pytest.raises(Misconfigured, match=field) as caught:
        Pigeon.configured(values)

    assert "canary" not in caught.value.detail


@pytest.mark.parametrize("lacking", ["send", "check"])
def test_a_provider_without_send_or_check_cannot_be_made(lacking):
    kind = type("Egg", (Pigeon,), {lacking: getattr(Provider, lacking)})

    with pytest.raises(TypeError, match=lacking):
        kind.configured({"ring": "canary"})


def test_it_claims_nothing_unless_it_says_so():
    assert Pigeon.capabilities == frozenset()


def test_who_cannot_be_asked_says_so_with_its_name():
    with pytest.raises(Permanent, match="Carrier pigeon"):
        Pigeon.configured({"ring": "canary"}).find("a message")


def test_closing_is_harmless_where_there_is_nothing_to_close():
    pigeon = Pigeon.configured({"ring": "canary"})
    pigeon.close()
    pigeon.close()

    assert pigeon.check() == "It coos."


@pytest.mark.parametrize("made", [Accepted("ref"), Receipt(Word.SENT)])
def test_what_a_provider_said_is_not_changed_afterwards(made):
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.provider_ref = "other"


def test_an_answer_without_more_has_no_name_and_no_receipts():
    assert Accepted() == Accepted(provider_ref="", detail="", receipts=())


def test_a_provider_reaches_everybody_unless_it_says_otherwise():
    assert Pigeon.reach(None).covers("anybody")
    assert not Reach(("+44", "+33")).covers("+1604")


def test_capabilities_and_words_are_their_texts():
    assert {f"{one}" for one in Capability} == {
        *("key", "lookup", "echo", "receipts", "attachments", "international")
    }
    assert [f"{one}" for one in Word] == [
        *("sent", "delivered", "temp_failed", "perm_failed")
    ]
