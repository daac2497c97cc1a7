"""How many instances of each service run: `tickets=2,dispatch=2`; one of each that is not named."""

from collections.abc import Mapping

from fettle.home import PROCESSES
from fettle.up.refusals import CannotStart

_MAX_INSTANCES = 16
"""Of one service on one machine."""


def parse_counts(text: str) -> Mapping[str, int]:
    """Return the number of instances of every service. Raises CannotStart."""
    counts = dict.fromkeys(PROCESSES, 1)
    seen = set()
    for piece in filter(None, (each.strip() for each in text.split(","))):
        name, _, number = (part.strip() for part in piece.partition("="))
        if name not in counts:
            raise CannotStart(
                f"--instances: there is no service {name!r}; there are {', '.join(PROCESSES)}, "
                "as in tickets=2,dispatch=2"
            )
        if name in seen:
            raise CannotStart(f"--instances: {name} is named twice")
        if not (
            number.isascii()
            and number.isdigit()
            and len(number) <= 2
            and 1 <= int(number) <= _MAX_INSTANCES
        ):
            raise CannotStart(
                f"--instances: {piece!r} has to be {name}=NUMBER, from 1 to {_MAX_INSTANCES}"
            )
        counts[name] = int(number)
        seen.add(name)
    return counts


def instance_names(counts: Mapping[str, int]) -> dict[str, str]:
    """Return the service of each instance by the instance's name: `tickets`, `tickets-2`, …"""
    return {
        name if n == 1 else f"{name}-{n}": name
        for name, count in counts.items()
        for n in range(1, count + 1)
    }
