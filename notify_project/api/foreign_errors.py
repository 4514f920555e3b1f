"""The errors of Django, DRF and the database, told as errors of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from django.core import exceptions as django
from django.db import DataError, InterfaceError, OperationalError
from django.db.models import Model, ProtectedError, RestrictedError
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import gettext_noop
from rest_framework import exceptions as drf
from rest_framework.settings import api_settings

from notify_project.errors import (
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    InvalidChoice,
    Malformed,
    NotFound,
    NotifyError,
    Required,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    UnknownField,
    UnsupportedMedia,
)


class WrongMethod(NotifyError):
    """The address exists, and does not take this method."""

    code = "method_not_allowed"
    title = gettext_noop("Method not allowed")


class NotAcceptable(NotifyError):
    """The caller accepts nothing that we could answer with."""

    code = "not_acceptable"
    title = gettext_noop("No acceptable form of answer")


def translate(error: BaseException) -> NotifyError | None:
    """`error` as one of ours; None where nothing is known that may be said of it."""
    return next((tell(error) for kind, tell in _TABLE if isinstance(error, kind)), None)


def _saying(
    family: type[NotifyError], sentence: str | Promise, code: str = ""
) -> Callable[[BaseException], NotifyError]:
    return lambda error: family(str(sentence), code=code)


def validation(error: drf.ValidationError) -> Invalid:
    """Every field that it names, by its path."""
    return _invalid(tuple(_flat("", error.detail)))


def _flat(path: str, detail: object) -> Iterator[FieldError]:
    """DRF's nested dicts and lists as one list with paths, as in `email.to[0]`."""
    if isinstance(detail, Mapping):
        for key, inner in detail.items():
            yield from _flat(_step(path, key), inner)
    elif isinstance(detail, (list, tuple)):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, (Mapping, list, tuple))
            yield from _flat(f"{path}[{index}]" if nested else path, inner)
    else:
        yield FieldError(path, getattr(detail, "code", "") or "invalid", str(detail))


def _step(path: str, key: object) -> str:
    if isinstance(key, int):
        return f"{path}[{key}]"
    if key in (api_settings.NON_FIELD_ERRORS_KEY, django.NON_FIELD_ERRORS):
        return path
    return f"{path}.{key}" if path else str(key)


def _model_validation(error: django.ValidationError) -> NotifyError:
    fields = (
        error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    )
    return _invalid(
        tuple(
            FieldError(_step("", name), reason.code or "invalid", message)
            for name, reasons in fields.items()
            for reason in reasons
            for message in reason.messages
        )
    )


def _invalid(errors: tuple[FieldError, ...]) -> Invalid:
    first = errors[0] if errors else FieldError("", "invalid", _(Invalid.title))
    alike = {one.code for one in errors} == {first.code}
    kind = first.code if alike and first.code in _TYPES else ""
    sentence = f"{first.field}: {first.message}" if first.field else first.message
    if len(errors) > 1:
        more = len(errors) - 1
        sentence = _("%(first)s (and %(more)d more, see errors)") % {
            "first": sentence,
            "more": more,
        }
    return Invalid(sentence, code=kind, errors=errors)


# Where all that is wrong is of one of these kinds, the problem's type says so.
_TYPES = {UnknownField.code, Required.code, InvalidChoice.code}
_TYPES |= {"invalid_field", "invalid_time"}


def _in_use(objects: Iterable[Model]) -> Conflict:
    counts: dict[str, int] = {}
    for item in objects:
        name = str(item._meta.verbose_name)
        counts[name] = counts.get(name, 0) + 1
    users = ", ".join(f"{count} x {name}" for name, count in sorted(counts.items()))
    return Conflict(
        _("It is still used by: %(users)s. Change or delete these first.")
        % {"users": users},
        code="in_use",
    )


def _words(family: type[NotifyError]) -> Callable[[drf.APIException], NotifyError]:
    return lambda error: family(str(error.detail))


def _wrong_method(error: drf.MethodNotAllowed) -> NotifyError:
    return WrongMethod(
        _("%(told)s The Allow header lists what is taken here.")
        % {"told": error.detail}
    )


def _throttled(error: drf.Throttled) -> NotifyError:
    return TooMany(str(error.detail), retry_after_seconds=getattr(error, "wait", None))


def _api_exception(error: drf.APIException) -> NotifyError | None:
    return Malformed(str(error.detail)) if error.status_code < 500 else None


_TABLE: tuple[tuple[type[BaseException], Callable[..., NotifyError | None]], ...] = (
    (drf.ValidationError, validation),
    (drf.NotAuthenticated, _words(Unauthenticated)),
    (drf.AuthenticationFailed, _words(Unauthenticated)),
    (drf.PermissionDenied, _words(Forbidden)),
    (drf.NotFound, _words(NotFound)),
    (drf.MethodNotAllowed, _wrong_method),
    (
        drf.NotAcceptable,
        _saying(NotAcceptable, _lazy("We answer with JSON only. Send Accept: */*.")),
    ),
    (drf.UnsupportedMediaType, _words(UnsupportedMedia)),
    (drf.Throttled, _throttled),
    (drf.APIException, _api_exception),
    (django.ValidationError, _model_validation),
    (Http404, _saying(NotFound, _lazy("There is no such thing, or it is not yours."))),
    (
        django.PermissionDenied,
        _saying(Forbidden, _lazy("You are known here, and may not do this.")),
    ),
    (
        django.RequestDataTooBig,
        _saying(
            TooLarge, _lazy("The body is larger than this address takes. Send less.")
        ),
    ),
    (
        django.TooManyFieldsSent,
        _saying(
            Malformed, _lazy("The request has too many parameters."), "too_many_fields"
        ),
    ),
    (
        django.DisallowedHost,
        _saying(
            Malformed,
            _lazy(
                "The Host header names a host that this installation does not answer "
                "for. If it should, the operator adds it to ALLOWED_HOSTS."
            ),
            "unknown_host",
        ),
    ),
    (
        UnreadablePostError,
        _saying(
            Malformed,
            _lazy("The connection broke while the body was read. Send it again."),
            "incomplete_body",
        ),
    ),
    (MultiPartParserError, _saying(Malformed, _lazy("The form body cannot be read."))),
    (django.BadRequest, _saying(Malformed, _lazy("The request cannot be read."))),
    (
        django.SuspiciousOperation,
        _saying(Malformed, _lazy("The request cannot be read.")),
    ),
    (ProtectedError, lambda error: _in_use(error.protected_objects)),
    (RestrictedError, lambda error: _in_use(error.restricted_objects)),
    (
        DataError,
        _saying(
            Invalid,
            _lazy("A value is of a kind or size that cannot be stored or looked up."),
        ),
    ),
    (
        OperationalError,
        _saying(Unavailable, _lazy("The database does not answer. Try again shortly.")),
    ),
    (
        InterfaceError,
        _saying(Unavailable, _lazy("The database does not answer. Try again shortly.")),
    ),
)
