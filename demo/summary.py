"""The end of a run: figures for people, and one JSON object for machines."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from demo.audit.figures import Figures, Median
from demo.audit.ledger import Finding
from demo.requests import BadRow

MIN_COMPLETED_SHARE = 0.9
MAX_SHOWN = 20
"""Findings and bad rows shown of each kind; all are counted."""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """`wall_s` is from the command to the last ticket's end, `first_finished_s` to the first's."""

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
    unheard: Sequence[Finding]

    @property
    def findings(self) -> dict[str, Sequence[Finding]]:
        """Return the findings by the name of their kind."""
        return {
            "lost": self.lost,
            "doubled": self.doubled,
            "illegal": self.illegal,
            "unheard": self.unheard,
        }

    @property
    def shortcomings(self) -> list[str]:
        """Return why the run fell short; empty when it did not."""
        found = [f"{name}: {len(findings)}" for name, findings in self.findings.items() if findings]
        if self.refused:
            found.append(f"{self.refused} requests were refused")
        if not self.figures.opened:
            found.append("nothing was opened")
        elif self.figures.completed < MIN_COMPLETED_SHARE * self.figures.opened:
            completed = f"{self.figures.completed} of {self.figures.opened} completed"
            found.append(f"{completed}, less than {MIN_COMPLETED_SHARE:.0%}")
        if self.figures.unfinished:
            found.append(f"{self.figures.unfinished} neither resolved nor cancelled")
        return found


def as_json(summary: Summary) -> str:
    """Return one line of JSON."""
    said = {
        "source": summary.source,
        "site_id": summary.site_id,
        "seed": summary.seed,
        "speed": summary.speed,
        "longest_gap_min": summary.longest_gap_min,
        "technicians": summary.technicians,
        "rows": summary.rows,
        "bad_rows": len(summary.bad),
        "bad": [str(each) for each in summary.bad[:MAX_SHOWN]],
        "refused": summary.refused,
        "held_back_s": summary.held_back_s,
        "wall_s": summary.wall_s,
        "first_finished_s": summary.first_finished_s,
        **asdict(summary.figures),
        **{name: len(findings) for name, findings in summary.findings.items()},
        "findings": {
            name: [str(each) for each in findings[:MAX_SHOWN]]
            for name, findings in summary.findings.items()
        },
        "shortcomings": summary.shortcomings,
    }
    return json.dumps(said, ensure_ascii=False)


def as_tables(summary: Summary) -> RenderableType:
    """Return the figures for a terminal."""
    found = summary.figures
    title = f"{summary.source}: what the databases and the clients' logs say"
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column()
    table.add_row("played", _played(summary))
    if summary.first_finished_s is not None:
        first = f"{summary.first_finished_s:.1f} s after the command"
        table.add_row("first ticket finished", first)
    table.add_row(
        "tickets",
        f"{found.opened} opened, {found.assigned} assigned, {found.completed} completed, "
        f"{found.cancelled} cancelled",
    )
    table.add_row(
        "offers",
        f"{found.offers} made, {found.offers_accepted} accepted, "
        f"{found.offers_declined} declined, {found.offers_expired} expired, "
        f"{found.offers_withdrawn} withdrawn",
    )
    table.add_row("response, median", _median(found.response))
    table.add_row("arrival, median", _median(found.arrival))
    table.add_row("resolution, median", _median(found.resolution))
    kept = ", ".join(f"{kind} {share:.1%}" for kind, share in found.sla_kept.items())
    table.add_row(
        "promises kept",
        f"{kept or 'none made'}; announced: warnings {found.warnings}, breaches {found.breaches}",
    )
    table.add_row(
        "messages",
        f"{found.messages}, webhooks delivered {found.messages_delivered}, "
        f"failed {found.messages_failed}, come again {found.redelivered}",
    )
    table.add_row(
        "facts",
        f"{found.facts_published} published, {found.facts_consumed} consumed, "
        f"{found.facts_parked} dead letters",
    )
    parts: list[RenderableType] = [table, _verdicts(summary)]
    if summary.bad:
        parts.append(_listed(f"bad rows: {len(summary.bad)}", summary.bad, "yellow"))
    for name, findings in summary.findings.items():
        if findings:
            parts.append(_listed(f"{name}:", findings, "red"))
    return Group(*parts)


def _played(summary: Summary) -> str:
    played = (
        f"{summary.rows} rows at × {summary.speed:.9g} in {summary.wall_s:.0f} s, "
        f"by {summary.technicians} technicians"
    )
    if summary.longest_gap_min is not None:
        played += f"; quiet stretches cut to {summary.longest_gap_min:.1f} played minutes"
    if summary.held_back_s:
        played += (
            f"; requests held back for {summary.held_back_s:.0f} s while too much was unfinished"
        )
    return played


def _listed(heading: str, found: Sequence[object], style: str) -> Text:
    return Text("\n".join([heading, *(f"  {each}" for each in found[:MAX_SHOWN])]), style=style)


def _median(value: Median | None) -> str:
    if value is None:
        return "–"
    return f"{value.played_min:.1f} played minutes ({value.real_s:.2f} s) of {value.of}"


def _verdicts(summary: Summary) -> Text:
    verdicts = Text()
    for name, findings in summary.findings.items():
        verdicts.append(
            f"{name} {len(findings)}   ", style="bold red" if findings else "bold green"
        )
    for each in summary.shortcomings:
        verdicts.append(f"\n{each}", style="red")
    return verdicts
