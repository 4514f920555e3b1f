"""What can be wrong with a template or the params that it is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from notify_project.errors import (
    Conflict,
    FieldError,
    Invalid,
    NotFound,
    Unavailable,
)

_SHOWN_CHARACTERS = 40
_LISTED_NAMES = 20


def shown(text: str, limit: int = _SHOWN_CHARACTERS) -> str:
    """`text` fit for a message: on one line, printable, at most `limit` characters."""
    clean = "".join(c if c.isprintable() else " " for c in text[:limit])
    return clean + "…" if len(text) > limit else clean


class TemplateError(Invalid):
    """The family: rendering raises nothing else for what a tenant wrote."""

    code = "template_error"
    title = gettext_noop("The template cannot be rendered")

    def at(self, field: str) -> Self:
        """The same error, told of the field that holds the template."""
        if field:
            self.errors = (FieldError(field, self.kind, self.message),)
        return self


class UnknownEngine(TemplateError):
    """`renderer` names no engine of ours."""

    code = "unknown_renderer"
    title = gettext_noop("Unknown renderer")


class EngineNotAllowed(TemplateError):
    """The engine exists, and the operator has not switched it on."""

    code = "engine_not_allowed"
    title = gettext_noop("This renderer is not allowed here")


class TemplateSyntax(TemplateError):
    """The template cannot be read; `line` and `column` count from 1 (0: unknown)."""

    code = "template_syntax"
    title = gettext_noop("The template has a mistake")

    def __init__(self, message: str, *, line: int = 0, column: int = 0) -> None:
        self.reason = message
        self.line = line
        self.column = column
        super().__init__(_placed(message, line, column))


def _placed(message: str, line: int, column: int) -> str:
    if not line:
        return message
    if not column:
        return _("Line %(line)d: %(message)s") % {"line": line, "message": message}
    values = {"line": line, "column": column, "message": message}
    return _("Line %(line)d, column %(column)d: %(message)s") % values


class MissingParams(TemplateError):
    """The template prints what was not given; `names` holds all of it, in order."""

    code = "missing_params"
    title = gettext_noop("Parameters are missing")

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        super().__init__(_missing(self.names))


def _missing(names: Sequence[str]) -> str:
    listed = ", ".join(shown(name) for name in names[:_LISTED_NAMES])
    values = {"names": listed, "more": len(names) - _LISTED_NAMES}
    if len(names) > _LISTED_NAMES:
        return (
            _("Missing in params: %(names)s and %(more)d more. Give a value to each.")
            % values
        )
    return _("Missing in params: %(names)s. Give a value to each.") % values


class ObjectPrinted(TemplateError):
    """The template prints an object, which has no text of its own: Handlebars.js would
    write [object Object] into the message."""

    code = "object_printed"
    title = gettext_noop("An object is printed as text")


class FilledElsewhere(TemplateError):
    """A service fills the text in; nothing here can."""

    code = "filled_elsewhere"
    title = gettext_noop("A service fills this text in")


class RenderLimit(TemplateError):
    """Rendering would take more time, steps, memory, depth or output than allowed."""

    code = "render_limit"
    title = gettext_noop("The template goes beyond the limits")


class TemplateTooLarge(RenderLimit):
    """The source itself is longer than an engine reads."""


class ParamsTooLarge(TemplateError):
    """The params of one rendering are over their limit in bytes."""

    code = "params_too_large"
    title = gettext_noop("Too many parameters")


class ParamsInvalid(TemplateError):
    """A param is not plain JSON, or is nested too deeply."""

    code = "params_invalid"
    title = gettext_noop("A parameter cannot be used")


class DocumentRefused(TemplateError):
    """No file can be made of a page: it asks for too much, or for other servers."""

    code = "document_refused"
    title = gettext_noop("The document cannot be made")


class TextRefused(TemplateError):
    """A service cannot fill in a text with these params."""

    code = "text_refused"
    title = gettext_noop("The text cannot be filled in")


class PdfUnavailable(Unavailable):
    """This machine lacks the libraries that PDFs are made with."""

    code = "pdf_unavailable"
    title = gettext_noop("PDFs cannot be made on this machine")


class UnknownTemplate(Invalid):
    """A request names a template that the tenant does not have."""

    code = "unknown_template"
    title = gettext_noop("There is no such template")


class TemplateWrongChannel(Invalid):
    """The template exists, for another channel."""

    code = "template_wrong_channel"
    title = gettext_noop("The template is for another channel")


class TemplateNotFound(NotFound):
    """No such template, or another tenant's."""

    code = "template_not_found"


class InvalidTemplate(Invalid):
    """A template cannot be saved like this."""

    code = "invalid_template"
    title = gettext_noop("The template cannot be saved")


class TemplateNameTaken(Conflict):
    """Names are unique in a tenant, whatever their case."""

    code = "template_name_taken"
    title = gettext_noop("A template of this name exists")


class TemplateInUse(Conflict):
    """Something configured refers to it."""

    code = "template_in_use"
    title = gettext_noop("The template is in use")


class InvalidImage(Invalid):
    """An image cannot be saved like this."""

    code = "invalid_image"
    title = gettext_noop("The image cannot be saved")


class ImageNotFound(NotFound):
    """No such image, or another tenant's."""

    code = "image_not_found"


class ImageNameTaken(Conflict):
    """Names are unique in a tenant, whatever their case."""

    code = "image_name_taken"
    title = gettext_noop("An image of this name exists")


class ImageInUse(Conflict):
    """A template or event type shows it."""

    code = "image_in_use"
    title = gettext_noop("The image is in use")


class UnknownImage(TemplateError):
    """A text shows an image that the tenant does not have."""

    code = "unknown_image"
    title = gettext_noop("There is no such image")
