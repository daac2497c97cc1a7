"""The day in words, and as one JSON object."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from demo.day.measures import Event, Kept, Measures, wall
from demo.day.run import Played
from demo.day.sites import SITES

MAX_SHOWN = 40
"""Findings shown of each kind; all are counted."""


def verdict(played: Played) -> dict[str, int]:
    """Return how many were lost, doubled, illegal and unheard; none of it may be."""
    found = {name: len(findings) for name, findings in played.audited.findings.items()}
    return {**found, "lost": found["lost"] + len(played.missing_photos)}


def shortcomings(played: Played) -> list[str]:
    """Return why the day fell short; empty when it did not."""
    found = [f"{name}: {count}" for name, count in verdict(played).items() if count]
    figures = played.audited.figures
    if not figures.opened:
        found.append("nothing was opened")
    if played.refused:
        found.append(f"{played.refused} reports were refused")
    if figures.unfinished:
        found.append(f"{figures.unfinished} neither resolved nor cancelled")
    return found


def ten_lines(played: Played, measures: Measures, *, wall_s: float) -> list[str]:
    """Return the day in ten lines of words."""
    day, figures, log = played.day, played.audited.figures, played.log
    over = measures.overall
    late = len(measures.announced)
    heard = [each.heard_after_s for each in measures.announced if each.heard_after_s is not None]
    storm, *faults = measures.events
    photos, grabbed = taken(played, "attachments"), taken(played, "grab")
    told = sum(count * times for count, times in measures.messages.items())
    return [
        f"Seed {day.seed}: {figures.opened} tickets at {SITES} sites in {wall_s:.0f} s, "
        f"{figures.completed} completed, {figures.cancelled} cancelled, "
        f"{figures.unfinished} unfinished.",
        f"{len(day.technicians)} technicians got {figures.offers} offers: "
        f"{figures.offers_accepted} accepted, {figures.offers_declined} declined, "
        f"{figures.offers_expired} let go by, {figures.offers_withdrawn} taken back.",
        f"Residents said {len(log.said)} things meanwhile, and each was told "
        f"{told / max(measures.residents, 1):.1f} messages; {photos} photos and "
        f"{len(log.mails)} mails were sent, {grabbed} jobs grabbed.",
        f"From 201 to the first webhook: median {_s(over.median_s)}, p95 {_s(over.p95_s)}, "
        f"longest {_s(over.longest_s)}.",
        "Promises kept, by what people saw: "
        + ", ".join(f"{clock} {_kept(kept)}" for clock, kept in measures.by_clock.items())
        + ".",
        f"{late} breaches were announced; desks heard of them "
        f"{_s(max(heard, default=None))} after they fell due, at most.",
        _event_line(storm),
        *(_event_line(fault) for fault in faults[:2]),
        ", ".join(f"{name} {count}" for name, count in verdict(played).items()) + ".",
    ]


def as_json(played: Played, measures: Measures, *, wall_s: float) -> dict[str, Any]:
    """Return the whole report for machines."""
    return {
        "seed": played.day.seed,
        "sites": SITES,
        "technicians": len(played.day.technicians),
        "speed": played.day.pace.speed,
        "wall_s": round(wall_s, 1),
        "refused": played.refused,
        **asdict(played.audited.figures),
        **verdict(played),
        "uncounted_pauses": [str(each) for each in played.audited.uncounted],
        "photos": taken(played, "attachments"),
        "grabbed": taken(played, "grab"),
        "mails": len(played.log.mails),
        "facts_stored_twice": played.audited.stored_twice,
        "findings": {
            name: [str(each) for each in findings[:MAX_SHOWN]]
            for name, findings in played.audited.findings.items()
        },
        "missing_photos": list(played.missing_photos),
        "heard": asdict(measures.overall),
        "heard_by_hour": {hour: asdict(spread) for hour, spread in measures.by_hour.items()},
        "promises": {
            told_by: {
                value: {clock: _kept_json(kept) for clock, kept in clocks.items()}
                for value, clocks in values.items()
            }
            for told_by, values in measures.promises.items()
        },
        "events": [asdict(event) for event in measures.events],
        "breaches_announced": [asdict(each) for each in measures.announced],
        "messages_per_resident": dict(measures.messages),
        "shortcomings": shortcomings(played),
    }


def last_line(report: dict[str, Any]) -> str:
    """Return the report without its long lists, as one line of JSON."""
    left_out = {"breaches_announced", "heard_by_hour", "messages_per_resident"}
    short = {name: value for name, value in report.items() if name not in left_out}
    short["promises"] = report["promises"]["all"]["all"]
    return json.dumps(short, ensure_ascii=False)


def _kept_json(kept: Kept) -> dict[str, Any]:
    return {**asdict(kept), "share": kept.share}


def _event_line(event: Event) -> str:
    gone = "" if event.gone_s is None else f", gone for {event.gone_s:.1f} s"
    missed = "–" if event.missed is None else f"{event.missed:.0%}"
    return (
        f"{wall(event.begins)} {event.name}{gone}: {event.heard.tickets} tickets opened, first "
        f"webhook p95 {_s(event.heard.p95_s)}, {event.retried} calls repeated, "
        f"{missed} of their promises missed."
    )


def _kept(kept: Kept) -> str:
    return "–" if kept.share is None else f"{kept.share:.1%}"


def _s(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} s"


def taken(played: Played, verb: str) -> int:
    """Return how many calls with that last word in their path were taken."""
    return sum(call.good and call.path.endswith(f"/{verb}") for call in played.log.calls)


def listed(findings: Sequence[object]) -> list[str]:
    """Return findings as lines, no more than MAX_SHOWN."""
    return [str(each) for each in findings[:MAX_SHOWN]]
