"""What several services made of one list, as one."""

from collections.abc import Sequence
from typing import Any

Outcome = dict[str, Any]
"""As a service answers it."""

_COUNTS = ("created", "changed", "unchanged")
_MAX_PROBLEMS = 1000


def merged(outcomes: Sequence[Outcome]) -> Outcome:
    """Return one outcome of what the services said of the same list: the counts of the first, and
    those of the contacts beside them; a row is bad where one of them says so.
    """
    first, *others = outcomes
    if not others:
        return first
    problems = {
        (each["row"], each["column"], each["why"]): each
        for outcome in outcomes
        for each in outcome["problems"]
    }
    remarks = {each["text"]: each for outcome in outcomes for each in outcome["remarks"]}
    in_order = sorted(problems.values(), key=lambda each: int(each["row"]))
    unlisted = max(int(outcome["unlisted"]) for outcome in outcomes)
    all_bad = len({each["row"] for each in in_order})
    return {
        **first,
        "bad": max(all_bad, *(int(outcome["bad"]) for outcome in outcomes)),
        "taken": all(outcome["taken"] for outcome in outcomes),
        "problems": in_order[:_MAX_PROBLEMS],
        "unlisted": unlisted + max(0, len(in_order) - _MAX_PROBLEMS),
        "ignored": [name for name in first["ignored"] if all(name in o["ignored"] for o in others)],
        "notes": list(dict.fromkeys(note for outcome in outcomes for note in outcome["notes"])),
        "remarks": list(remarks.values()),
        "contacts": {name: sum(outcome[name] for outcome in others) for name in _COUNTS},
    }


def lines_of(outcome: Outcome, *, title: str, dry_run: bool) -> list[str]:
    """Return the outcome for people to read, line by line."""
    taken = outcome["taken"]
    unchanged = outcome["unchanged"]
    lines = [
        f"{title}: {_count(outcome['rows'], 'row')}",
        f"  {_new_and_changed(outcome, taken=taken)}, "
        f"{unchanged} {'is' if unchanged == 1 else 'are'} as before, {outcome['bad']} bad",
    ]
    if contacts := outcome.get("contacts"):
        lines.append(f"  contacts: {_new_and_changed(contacts, taken=taken)}")
    for each in outcome["problems"]:
        value = f" {each['value']!r}" if each["value"] else ""
        lines.append(f"  row {each['row']}, {each['column']}{value}: {each['why']}")
    if outcome["unlisted"]:
        lines.append(f"  … and {_count(outcome['unlisted'], 'more problem')}")
    if outcome["ignored"]:
        lines.append(f"  columns that are not read: {', '.join(outcome['ignored'])}")
    lines += [f"  note: {note}" for note in outcome["notes"]]
    lines.append(f"  {_end(outcome, dry_run=dry_run)}")
    return lines


def _new_and_changed(counts: Outcome, *, taken: bool) -> str:
    said = []
    for name, word in (("created", "new"), ("changed", "changed")):
        number = counts[name]
        verb = ("was" if number == 1 else "were") if taken else "would be"
        said.append(f"{number} {verb} {word}")
    return ", ".join(said)


def _end(outcome: Outcome, *, dry_run: bool) -> str:
    bad = outcome["bad"]
    if outcome["taken"]:
        return f"{_count(bad, 'bad row')} left out: mend them and import again" if bad else "done"
    if dry_run and not bad:
        return "a dry run: nothing was changed"
    return "nothing was changed: mend the bad rows, or take the good ones with --skip-bad"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
