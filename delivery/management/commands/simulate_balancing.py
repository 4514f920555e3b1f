"""`manage.py simulate_balancing`: hours of balancing in a moment, drawn as text."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from delivery.simulating import KINDS, Fault, Scenario, drawn

_FAULTS = ("one:errors:30-45", "other:slow:120-150:0.5")


class Command(BaseCommand):
    """Touches no database: virtual providers in virtual time."""

    help = (
        "Show how points move between accounts while providers fail or are slow, and "
        "back again. Changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--accounts",
            nargs="+",
            default=["one=51", "other=49"],
            metavar="NAME=POINTS",
            help="accounts that share messages, with their resting points",
        )
        parser.add_argument("--hours", type=float, default=4.0)
        parser.add_argument(
            "--per-second", type=float, default=20.0, help="messages, over all accounts"
        )
        parser.add_argument(
            "--fault",
            action="append",
            metavar="NAME:KIND:FROM-TO[:SHARE]",
            help="KIND is errors or slow, FROM and TO are minutes, SHARE of its "
            f"messages (1). Default: {' '.join(_FAULTS)}",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            scenario = Scenario(
                resting=tuple(_account(one) for one in options["accounts"]),
                per_second=options["per_second"],
                hours=options["hours"],
                faults=tuple(_fault(one) for one in _given(options)),
            )
        except ValueError as error:
            raise CommandError(str(error)) from None
        for line in drawn(scenario):
            self.stdout.write(line)


def _given(options: dict[str, Any]) -> list[str]:
    faults: list[str] | None = options["fault"]
    if faults is not None:
        return faults
    names = {one.partition("=")[0] for one in options["accounts"]}
    return [one for one in _FAULTS if one.partition(":")[0] in names]


def _account(text: str) -> tuple[str, int]:
    name, _equals, points = text.partition("=")
    if not name or not points.isdecimal():
        raise ValueError(f"{text} is not NAME=POINTS, such as one=51.")
    return name, int(points)


def _fault(text: str) -> Fault:
    try:
        name, kind, span, *rest = text.split(":")
        begins, ends = (float(one) for one in span.split("-"))
        share = float(rest[0]) if rest else 1.0
    except ValueError:
        raise ValueError(
            f"{text} is not NAME:KIND:FROM-TO[:SHARE], such as one:errors:30-45."
        ) from None
    if kind not in KINDS:
        raise ValueError(f"{kind} is no kind of fault. Use one of: {', '.join(KINDS)}.")
    return Fault(name, kind, begins, ends, share)
