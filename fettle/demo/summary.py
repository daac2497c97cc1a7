"""The end of a play: figures for people, and one JSON object for machines."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from fettle.demo.audit.figures import Figures, Median
from fettle.demo.audit.ledger import Finding
from fettle.demo.requests import BadRow

ENOUGH_COMPLETED = 0.95
SHOWN = 20
"""Findings and bad rows shown of each kind; all are counted."""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """`wall_s` counts from the command to the last ticket's end, `first_finished_s` to the first
    one's.
    """

    source: str
    site_id: str
    seed: int
    speed: float
    longest_gap_min: float | None
    technicians: int
    rows: int
    bad: Sequence[BadRow]
    refused: int
    held_back_s: float
    wall_s: float
    first_finished_s: float | None
    figures: Figures
    lost: Sequence[Finding]
    doubled: Sequence[Finding]
    illegal: Sequence[Finding]

    @property
    def verdicts(self) -> dict[str, Sequence[Finding]]:
        return {"lost": self.lost, "doubled": self.doubled, "illegal": self.illegal}

    @property
    def shortcomings(self) -> list[str]:
        """Why the play is not what it should be; empty when it is."""
        found = [f"{name}: {len(findings)}" for name, findings in self.verdicts.items() if findings]
        if self.refused:
            found.append(f"{self.refused} requests were refused")
        if not self.figures.opened:
            found.append("nothing was opened")
        elif self.figures.completed < ENOUGH_COMPLETED * self.figures.opened:
            found.append(
                f"{self.figures.completed} of {self.figures.opened} completed, less than "
                f"{ENOUGH_COMPLETED:.0%}"
            )
        if self.figures.unfinished:
            found.append(f"{self.figures.unfinished} neither resolved nor cancelled")
        return found


def as_json(summary: Summary) -> str:
    """One line."""
    said = {
        "source": summary.source,
        "site_id": summary.site_id,
        "seed": summary.seed,
        "speed": summary.speed,
        "longest_gap_min": summary.longest_gap_min,
        "technicians": summary.technicians,
        "rows": summary.rows,
        "bad_rows": len(summary.bad),
        "bad": [str(each) for each in summary.bad[:SHOWN]],
        "refused": summary.refused,
        "held_back_s": summary.held_back_s,
        "wall_s": summary.wall_s,
        "first_finished_s": summary.first_finished_s,
        **asdict(summary.figures),
        **{name: len(findings) for name, findings in summary.verdicts.items()},
        "findings": {
            name: [str(each) for each in findings[:SHOWN]]
            for name, findings in summary.verdicts.items()
        },
        "shortcomings": summary.shortcomings,
    }
    return json.dumps(said, ensure_ascii=False)


def as_tables(summary: Summary) -> RenderableType:
    """For a terminal."""
    found = summary.figures
    table = Table(
        title=f"{summary.source}: what the databases and the clients' logs say",
        title_justify="left",
        show_header=False,
    )
    table.add_column(style="bold")
    table.add_column()
    table.add_row("played", _played(summary))
    if summary.first_finished_s is not None:
        table.add_row(
            "first ticket finished", f"{summary.first_finished_s:.1f} s after the command"
        )
    table.add_row(
        "tickets",
        f"{found.opened} opened, {found.assigned} assigned, {found.completed} completed, "
        f"{found.cancelled} cancelled",
    )
    table.add_row(
        "offers",
        f"{found.offers} made, {found.offers_accepted} accepted, {found.offers_declined} "
        f"declined, {found.offers_expired} expired, "
        f"{found.offers_withdrawn} withdrawn",
    )
    for name, value in (
        ("response", found.response),
        ("arrival", found.arrival),
        ("resolution", found.resolution),
    ):
        table.add_row(f"{name}, median", _median(value))
    kept = ", ".join(f"{kind} {share:.1%}" for kind, share in found.sla_kept.items())
    table.add_row(
        "promises kept",
        f"{kept or 'none made'}; announced: warnings {found.warnings}, breaches {found.breaches}",
    )
    table.add_row(
        "messages",
        f"{found.messages}, webhooks delivered {found.messages_delivered}, failed "
        f"{found.messages_failed}, come again {found.redelivered}",
    )
    table.add_row(
        "facts",
        f"{found.facts_published} published, {found.facts_consumed} consumed, "
        f"{found.facts_parked} parked",
    )
    parts: list[RenderableType] = [table, _verdicts(summary)]
    if summary.bad:
        parts.append(_named(f"bad rows: {len(summary.bad)}", summary.bad, "yellow"))
    parts += [
        _named(f"{name}:", findings, "red")
        for name, findings in summary.verdicts.items()
        if findings
    ]
    return Group(*parts)


def _played(summary: Summary) -> str:
    played = (
        f"{summary.rows} rows at × {summary.speed:.9g} in {summary.wall_s:.0f} s, by "
        f"{summary.technicians} technicians"
    )
    if summary.longest_gap_min is not None:
        played += f"; quiet stretches cut to {summary.longest_gap_min:.1f} played minutes"
    if summary.held_back_s:
        played += (
            f"; requests held back for {summary.held_back_s:.0f} s while too much was unfinished"
        )
    return played


def _named(heading: str, found: Sequence[object], style: str) -> Text:
    return Text("\n".join([heading, *(f"  {each}" for each in found[:SHOWN])]), style=style)


def _median(value: Median | None) -> str:
    return (
        "–"
        if value is None
        else f"{value.played_min:.1f} played minutes ({value.real_s:.2f} s) of {value.of}"
    )


def _verdicts(summary: Summary) -> Text:
    verdicts = Text()
    for name, findings in summary.verdicts.items():
        verdicts.append(
            f"{name} {len(findings)}   ", style="bold red" if findings else "bold green"
        )
    for each in summary.shortcomings:
        verdicts.append(f"\n{each}", style="red")
    return verdicts
