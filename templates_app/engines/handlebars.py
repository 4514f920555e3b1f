"""Handlebars, the default: if, unless, each, with, lookup; no helper beyond them."""

from templates_app.braces.dialects import HANDLEBARS
from templates_app.engines.in_braces import BracesEngine


class Handlebars(BracesEngine):
    """As Handlebars.js 4.7, less what docs/decisions/0004-template-engines.md lists."""

    names = ("handlebars", "handlebar", "hbs")
    label = "Handlebars"
    dialect = HANDLEBARS
