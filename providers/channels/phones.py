"""Phone numbers in E.164, and those that no text is sent to.

Numbers are judged by length and country only ("possible"): a stricter judgement
refuses new ranges, and the simulated numbers, which nobody owns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

import phonenumbers
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    ValidationResult,
)

from providers.channels.base import InvalidAddress

_LONGEST_NUMBER = 60  # characters as typed; E.164 has 15 digits at most
_TYPED = re.compile(r"[\d\s()+./\u2010-\u2015\u2212-]*")
_EXTENSION = re.compile(r"(?i)\d[\s,;]*(?:ext|x|#|poste)")

# What begins so is charged to somebody at prices that attract fraud. The library
# knows most premium numbers by type, but only where they are in use today.
_REFUSED_RANGES: tuple[tuple[str, str, str | Promise], ...] = (
    (
        r"\+(870|881|882|883)",
        "phone_satellite",
        _lazy("Satellite and global network numbers are not allowed."),
    ),
    (
        r"\+(979|808|1900|1\d{3}976|449)",
        "phone_premium_rate",
        _lazy("Premium rate numbers are not allowed."),
    ),
)
_PREMIUM_TYPES = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})

_NO_COUNTRY = _lazy(
    "The number's country code does not exist. Write it as +1 604 555 0123."
)
_TOO_SHORT = _lazy(
    "The number is too short. Give it in full, with its area code, or as "
    "+1 604 555 0123."
)
_TOO_LONG = _lazy("The number is too long. Write it as +1 604 555 0123.")
_NOT_A_NUMBER = _lazy("This is not a phone number. Write it as +1 604 555 0123.")

Refusal = tuple[str, str | Promise]
_UNREADABLE: Mapping[int, Refusal] = {
    NumberParseException.INVALID_COUNTRY_CODE: ("phone_country", _NO_COUNTRY),
    NumberParseException.TOO_SHORT_AFTER_IDD: ("phone_too_short", _TOO_SHORT),
    NumberParseException.TOO_SHORT_NSN: ("phone_too_short", _TOO_SHORT),
    NumberParseException.TOO_LONG: ("phone_too_long", _TOO_LONG),
}
_IMPOSSIBLE: Mapping[int, Refusal] = {
    ValidationResult.INVALID_COUNTRY_CODE: ("phone_country", _NO_COUNTRY),
    ValidationResult.TOO_SHORT: ("phone_too_short", _TOO_SHORT),
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: ("phone_too_short", _TOO_SHORT),
    ValidationResult.TOO_LONG: ("phone_too_long", _TOO_LONG),
}


def normalise_phone(address: str, *, region: str) -> str:
    """E.164, as in +17787001234; a number without country code is `region`'s.

    Raises InvalidAddress with the code phone_empty, phone_letters, phone_extension,
    phone_country, phone_too_short, phone_too_long, phone_premium_rate,
    phone_satellite or phone_unreadable.
    """
    number = _read(_as_typed(address), region)
    _check_possible(number)
    e164 = str(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    _check_range(number, e164)
    return e164


def is_abroad(e164: str, *, region: str) -> bool:
    """Whether a number has another calling code than the region's: +1 is one."""
    home = phonenumbers.country_code_for_region(region.upper())
    return bool(home) and not e164.startswith(f"+{home}")


def _as_typed(address: str) -> str:
    """Without the invisible marks that address books copy along; refused if odd."""
    # NFKC reads full-width digits and signs; the cut bounds the work on nonsense.
    folded = unicodedata.normalize("NFKC", address[: 4 * _LONGEST_NUMBER])
    typed = "".join(c for c in folded if unicodedata.category(c) != "Cf").strip()
    table = (
        (not typed, "phone_empty", _("The phone number is empty.")),
        (len(typed) > _LONGEST_NUMBER, "phone_too_long", _TOO_LONG),
        (
            _EXTENSION.search(typed) is not None,
            "phone_extension",
            _("The number has an extension; texts cannot be sent to one. Remove it."),
        ),
        (
            any(c.isalpha() for c in typed),
            "phone_letters",
            _("The number has letters in it. Give digits only."),
        ),
        (not _TYPED.fullmatch(typed), "phone_unreadable", _NOT_A_NUMBER),
    )
    for wrong, code, sentence in table:
        if wrong:
            raise InvalidAddress(str(sentence), code=code)
    return typed


def _read(typed: str, region: str) -> PhoneNumber:
    try:
        return phonenumbers.parse(typed, region.upper() or None)
    except NumberParseException as refusal:
        code, sentence = _UNREADABLE.get(
            refusal.error_type, ("phone_unreadable", _NOT_A_NUMBER)
        )
        if refusal.error_type == NumberParseException.INVALID_COUNTRY_CODE:
            code, sentence = _without_country(typed)
        raise InvalidAddress(str(sentence), code=code) from None


def _without_country(typed: str) -> Refusal:
    if typed.startswith(("+", "\uff0b")):
        return "phone_country", _NO_COUNTRY
    return (
        "phone_country",
        _("The number has no country code. Write it as +1 604 555 0123."),
    )


def _check_possible(number: PhoneNumber) -> None:
    verdict = phonenumbers.is_possible_number_with_reason(number)
    if verdict != ValidationResult.IS_POSSIBLE:
        code, sentence = _IMPOSSIBLE.get(verdict, ("phone_unreadable", _NOT_A_NUMBER))
        raise InvalidAddress(str(sentence), code=code)


def _check_range(number: PhoneNumber, e164: str) -> None:
    for prefix, code, sentence in _REFUSED_RANGES:
        if re.match(prefix, e164):
            raise InvalidAddress(str(sentence), code=code)
    if phonenumbers.number_type(number) in _PREMIUM_TYPES:
        raise InvalidAddress(
            _("Premium rate numbers are not allowed."), code="phone_premium_rate"
        )
