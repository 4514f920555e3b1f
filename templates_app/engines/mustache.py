"""Mustache: the same machinery, no helpers; https://github.com/mustache/spec."""

from templates_app.braces.dialects import MUSTACHE
from templates_app.engines.in_braces import BracesEngine


class Mustache(BracesEngine):
    """The specification's modules, less set-delimiters and lambdas."""

    names = ("mustache",)
    label = "Mustache"
    dialect = MUSTACHE
