"""The faults by their numbers, and what each is called in the report.

Nothing heavy is imported here: a fault is named by "module:function".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """`run` takes the World, on a `database` of its own.

    One that `waits` leaves the machine idle for most of its time: those that stand next
    to each other are run side by side.
    `sizes` are variables of the environment that make it larger than usual, and what
    `run` calls them.
    """

    what: str
    run: str
    database: str = "postgresql"
    waits: bool = False
    sizes: Mapping[str, str] = field(default_factory=dict)

    def sized(self, environment: Mapping[str, str]) -> dict[str, int]:
        """What the environment says of its size."""
        return {
            name: int(environment[variable])
            for variable, name in self.sizes.items()
            if environment.get(variable)
        }


FAULTS: Mapping[str, Fault] = {
    "F1": Fault("web killed 15 times in 2,000 posts", "tests.chaos.web:killed"),
    "F4": Fault("broker wiped, then gone", "tests.chaos.broker:wiped", waits=True),
    "F5": Fault("broker frozen for 60 s", "tests.chaos.broker:frozen", waits=True),
    "F7": Fault(
        "workers frozen in mid-commit", "tests.chaos.workers:frozen", waits=True
    ),
    "F24": Fault("two beats, one killed", "tests.chaos.workers:beaten", waits=True),
    "F6": Fault("workers killed 60 times", "tests.chaos.workers:killed"),
    "F8": Fault("rolling restart under load", "tests.chaos.web:rolled"),
    "F9": Fault("PostgreSQL crashed 10 times", "tests.chaos.database:restarted"),
    "F22": Fault("100,000 people, workers killed", "tests.chaos.crowds:killed"),
    "F23": Fault(
        "one rate, several workers",
        "tests.chaos.rates:limited",
        sizes={"F23_SECONDS": "seconds", "F23_WORKERS": "crew"},
    ),
    "F26": Fault("SQLite: kills and power cuts", "tests.chaos.sqlite:hurt", "sqlite"),
}


def turns(names: Sequence[str]) -> list[list[str]]:
    """The faults in their order, those together that are run side by side."""
    found: list[list[str]] = []
    for name in names:
        if found and FAULTS[name].waits and FAULTS[found[-1][0]].waits:
            found[-1].append(name)
        else:
            found.append([name])
    return found
