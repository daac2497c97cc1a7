"""The report as one self-contained page: charts with a table beside each, for screen and paper."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from demo.audit.promises import CLOCK_KINDS
from demo.day.charts import Band, Bar, columns, stacked, waits
from demo.day.measures import Event, Kept, Measures, wall
from demo.day.plan import BEGINS_MIN, LENGTH_MIN
from demo.day.run import Played
from demo.day.style import STYLE
from demo.day.words import listed, shortcomings, ten_lines, verdict

HOURS = range(BEGINS_MIN // 60, (BEGINS_MIN + LENGTH_MIN) // 60 + 1)
MAX_BREACHES = 60
Row = Sequence[str]

_KEY = (
    '<p class="key"><span><i class="k"></i>kept</span><span><i class="m"></i>missed</span>'
    '<span><i class="c"></i>too close to call</span></p>'
)


def page(played: Played, measures: Measures, *, wall_s: float) -> str:
    """Return the report as HTML, which loads nothing from anywhere."""
    sections = "".join(
        [
            _head(played, measures, wall_s=wall_s),
            _waits(measures),
            _events(measures.events),
            *(_promises(measures, told_by) for told_by in ("priority", "site", "category")),
            _breaches(measures),
            _messages(measures),
            _findings(played),
        ]
    )
    title = f"A day in the life, seed {played.day.seed}"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body>{sections}</body></html>\n"
    )


def _head(played: Played, measures: Measures, *, wall_s: float) -> str:
    figures = played.audited.figures
    counts = {"opened": figures.opened, "completed": figures.completed, **verdict(played)}
    tiles = "".join(
        f'<li class="{_mood(name, count)}"><b>{count}</b>{name}</li>'
        for name, count in counts.items()
    )
    lines = "".join(
        f"<li>{escape(line)}</li>" for line in ten_lines(played, measures, wall_s=wall_s)
    )
    short = "".join(f"<li>{escape(each)}</li>" for each in shortcomings(played))
    fell = f"<h2>Why it fell short</h2><ul>{short}</ul>" if short else ""
    pace = played.day.pace
    return (
        f"<header><h1>A day in the life</h1><p class='soft'>Seed {played.day.seed}, played at × "
        f"{pace.speed:.0f}: a played minute is {pace.real_s(1):.2f} s. Times of day are the "
        "players'; seconds are real. Everything is measured by what people's own clients saw; "
        "the audit shares no code with the services.</p>"
        f'<ul class="verdict">{tiles}</ul>{fell}<ol>{lines}</ol></header>'
    )


def _mood(name: str, count: int) -> str:
    if name in {"opened", "completed"}:
        return ""
    return "bad" if count else "good"


def _waits(measures: Measures) -> str:
    points = [(each.minute, each.waited_s) for each in measures.heard if each.waited_s is not None]
    line = [
        (hour * 60 + 30.0, spread.median_s)
        for hour, spread in measures.by_hour.items()
        if spread.median_s is not None
    ]
    chart = waits(
        points,
        line,
        [Band(name=each.name, begins=each.begins, ends=each.ends) for each in measures.events],
        span=(BEGINS_MIN, BEGINS_MIN + LENGTH_MIN),
        ticks={hour * 60.0: f"{hour:02}" for hour in HOURS},
        label="Seconds from 201 to the first webhook, over the day",
    )
    rows = [
        (f"{hour:02}:00", str(each.tickets), *map(_s, (each.median_s, each.p95_s, each.longest_s)))
        for hour, each in measures.by_hour.items()
    ]
    table = _table(("hour", "tickets", "median", "p95", "longest"), rows)
    words = (
        "How long after its 201 the first webhook about a ticket came in, at a technician's, a "
        "resident's or a desk's client. A dot is a ticket, the line the median of each hour; the "
        "storm and the faults are shaded."
    )
    return _section("From 201 to the first webhook", words, _pair(chart, table))


def _events(events: Sequence[Event]) -> str:
    rows = [
        (
            each.name,
            f"{wall(each.begins)}–{wall(each.ends)}",
            "–" if each.gone_s is None else f"{each.gone_s:.1f} s",
            str(each.heard.tickets),
            _s(each.heard.p95_s),
            _s(each.heard.longest_s),
            str(each.retried),
            f"{each.longest_call_s:.1f} s",
            "–" if each.missed is None else f"{each.missed:.1%}",
        )
        for each in events
    ]
    chart = stacked(
        [
            Bar(
                label=each.name,
                parts=[("missed", each.heard.p95_s or 0.0)],
                note=f"p95 {_s(each.heard.p95_s)}",
            )
            for each in events
        ],
        label="The 95th percentile from 201 to the first webhook, in each event",
    )
    heads = ("event", "when", "gone", "tickets", "p95", "longest", "repeated", "longest call")
    words = (
        "Tickets opened during each event (of the storm: at the sites that it hit; of a fault: and "
        "ten seconds after it), how long their first webhook took, calls that clients had to "
        "repeat, and the share of those tickets' promises that was missed."
    )
    table = _table((*heads, "missed"), rows)
    return _section("What the storm and the faults cost", words, chart + _scroll(table))


def _promises(measures: Measures, told_by: str) -> str:
    values = measures.promises[told_by]
    chart = stacked(
        [
            Bar(
                label=f"{value} {clock}" if told_by == "priority" else value,
                parts=[("kept", kept.kept), ("missed", kept.missed), ("close", kept.close)],
                note=_share(kept),
            )
            for value, clock, kept in _bars(values, by_clock=told_by == "priority")
        ],
        label=f"Promises kept and missed by {told_by}",
    )
    rows = [
        (value, *(cell for clock in CLOCK_KINDS for cell in _cells(clocks[clock])))
        for value, clocks in values.items()
    ]
    heads = [f"{clock} {what}" for clock in CLOCK_KINDS for what in ("kept", "missed", "share")]
    words = (
        "Due times are reckoned anew, in all hours or in the site's working hours, from the "
        "instants that people's clients saw; what lies between a request and its answer is too "
        "close to call. Cancelled tickets do not count."
    )
    table = _table((told_by, *heads), rows)
    title = f"Promises by {told_by}"
    return _section(title, words, _KEY + chart + _scroll(table))


def _bars(
    values: Mapping[str, Mapping[str, Kept]], *, by_clock: bool
) -> Iterator[tuple[str, str, Kept]]:
    for value, clocks in values.items():
        if by_clock:
            yield from ((value, clock, kept) for clock, kept in clocks.items())
        else:
            total = Kept(
                kept=sum(each.kept for each in clocks.values()),
                missed=sum(each.missed for each in clocks.values()),
                close=sum(each.close for each in clocks.values()),
            )
            yield value, "", total


def _breaches(measures: Measures) -> str:
    by_hour = [
        (f"{hour:02}", float(sum(int(each.minute // 60) == hour for each in measures.announced)))
        for hour in HOURS
    ]
    chart = columns(by_hour, label="Breaches by the hour at which they fell due")
    rows = [
        (
            each.reference,
            each.clock,
            wall(each.minute),
            _s(each.announced_after_s),
            _s(each.heard_after_s),
        )
        for each in measures.announced[:MAX_BREACHES]
    ]
    heads = ("ticket", "clock", "due", "announced after", "desk heard after")
    more = len(measures.announced) - len(rows)
    words = (
        f"{len(measures.announced)} promises were announced as broken"
        + (f"; the first {len(rows)} are listed" if more > 0 else "")
        + ". What was announced while its cause was still on the way is taken back afterwards."
    )
    return _section("Breaches announced, and when", words, _pair(chart, _table(heads, rows)))


def _messages(measures: Measures) -> str:
    counts = [(str(count), float(times)) for count, times in measures.messages.items()]
    chart = columns(counts, label="Residents by the number of messages they were told")
    rows = [(str(count), str(times)) for count, times in measures.messages.items()]
    table = _table(("messages", "residents"), rows)
    words = "How many messages each resident was told over the day, in the inbox and the app."
    return _section("Messages per resident", words, _pair(chart, table))


def _findings(played: Played) -> str:
    parts = []
    for name, findings in played.audited.findings.items():
        found = [*findings, *(played.missing_photos if name == "lost" else ())]
        lines = "".join(f"<li>{escape(each)}</li>" for each in listed(found))
        parts.append(f"<h3>{name}: {len(found)}</h3><ul>{lines}</ul>")
    uncounted = played.audited.uncounted
    lines = "".join(f"<li>{escape(each)}</li>" for each in listed(uncounted))
    parts.append(f"<h3>pauses that stopped no clock: {len(uncounted)}</h3><ul>{lines}</ul>")
    words = (
        "What must not be, with the references of tickets (at most forty of each kind); and, "
        "below, pauses that were over before tickets heard of them, for which sla gave no time."
    )
    return _section("Lost, doubled, illegal, unheard", words, "".join(parts))


def _section(title: str, words: str, content: str) -> str:
    return f"<section><h2>{title}</h2><p class='soft'>{escape(words)}</p>{content}</section>"


def _pair(chart: str, table: str) -> str:
    return f'<div class="pair"><div>{chart}</div>{_scroll(table)}</div>'


def _scroll(table: str) -> str:
    return f'<div class="scroll">{table}</div>'


def _table(heads: Sequence[str], rows: Sequence[Row]) -> str:
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cells(kept: Kept) -> tuple[str, str, str]:
    return str(kept.kept), str(kept.missed), _share(kept)


def _share(kept: Kept) -> str:
    return "–" if kept.share is None else f"{kept.share:.1%}"


def _s(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} s"
