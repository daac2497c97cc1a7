"""The live view in a terminal, and one line now and then where there is none."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from demo.live_state import Activity, Deadline, LiveState, TechnicianStatus

ACTIVITIES = {
    Activity.FREE: ("free", "dim"),
    Activity.TRAVELLING: ("to", "yellow"),
    Activity.WORKING: ("at", "green"),
    Activity.PAUSED: ("waits", "magenta"),
}
TICKET_STATES = {
    "open": "yellow",
    "assigned": "cyan",
    "in_progress": "green",
    "on_hold": "magenta",
    "resolved": "bold green",
    "closed": "bold green",
    "cancelled": "dim",
}
OFFER_STATES = {
    "made": "",
    "accepted": "green",
    "declined": "yellow",
    "ignored": "yellow",
    "too late": "dim",
}
CLOCK_KINDS = ("response", "arrival", "resolution")
MAX_DEADLINES_SHOWN = 3
BORDER_LINES = 2
"""Lines that a panel's border takes."""
HEADING_LINES = 2 + BORDER_LINES
FIGURES_LINES = len(TICKET_STATES)
MIN_LOWER_LINES = 3
TRADES_FROM_WIDTH = 120


@dataclass(frozen=True)
class LiveView:
    """The whole view, for `rich.live.Live`.

    It is as wide as the terminal, never higher, and always of one shape, so that nothing jumps.
    """

    state: LiveState

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        state = self.state
        above = HEADING_LINES + FIGURES_LINES + BORDER_LINES
        lines = max(options.size.height - above - BORDER_LINES - 1, MIN_LOWER_LINES)
        trades = options.max_width >= TRADES_FROM_WIDTH
        yield _heading(state)
        yield _beside((2, _tickets(state)), (2, _offers(state)), (4, _clocks(state)))
        yield _beside((3, _crew(state, lines, trades=trades)), (4, _events(state, lines)))


def one_line(state: LiveState) -> str:
    """Return the state in one line, for a log."""
    tickets = (
        f"opened {state.opened}/{state.rows}, resolved {state.resolved}, "
        f"cancelled {state.tickets['cancelled']}"
    )
    offers = ", ".join(f"{name} {state.offers[name]}" for name in OFFER_STATES)
    return (
        f"{state.elapsed_s:6.1f} s  {_played_time(state)}  {state.phase}: {tickets}; "
        f"offers {offers}; breached {state.breached}"
    )


def _heading(state: LiveState) -> Panel:
    line = Table.grid(expand=True)
    line.add_column(ratio=2, no_wrap=True, overflow="ellipsis")
    line.add_column(justify="center", no_wrap=True)
    line.add_column(justify="right", ratio=2, no_wrap=True)
    progress = f"{state.ended} of {state.rows} done"
    line.add_row(
        Text.assemble((state.title, "bold"), f"  {state.phase}"),
        Text(_played_time(state), style="bold cyan"),
        Text(f"× {state.speed:.9g}  {state.elapsed_s:.0f} s  {progress}"),
    )
    bar = ProgressBar(total=max(state.rows, 1), completed=state.ended)
    return Panel(Group(line, bar), border_style="cyan", height=HEADING_LINES)


def _played_time(state: LiveState) -> str:
    return f"{state.played_at or state.starts_at:%a %H:%M}"


def _tickets(state: LiveState) -> Panel:
    tickets = state.tickets
    rows = [
        _figure(name.replace("_", " "), tickets[name], style)
        for name, style in TICKET_STATES.items()
    ]
    if state.refused:
        rows[-1] = _figure("refused", state.refused, "bold red")
    return _panel("tickets", _grid("<>", rows), FIGURES_LINES)


def _offers(state: LiveState) -> Panel:
    rows = [_figure(name, state.offers[name], style) for name, style in OFFER_STATES.items()]
    return _panel("offers", _grid("<>", rows), FIGURES_LINES)


def _figure(name: str, count: int, style: str) -> tuple[Text, Text]:
    style = style if count else "dim"
    return Text(name, style=style), Text(str(count), style=style)


def _clocks(state: LiveState) -> Panel:
    rows = [
        (Text(), Text("running", style="dim"), Text("breached", style="dim")),
        *(_clock(kind, state) for kind in CLOCK_KINDS),
        *(_deadline(deadline) for deadline in state.deadlines[:MAX_DEADLINES_SHOWN]),
    ]
    title = f"clocks: {state.running} run"
    if state.breached:
        title += f", {state.breached} breached"
    border = "red" if state.breached else "blue"
    return _panel(title, _grid("<>>", rows), FIGURES_LINES, border=border)


def _clock(kind: str, state: LiveState) -> tuple[Text, Text, Text]:
    breached = state.clocks[kind, "breached"]
    return (
        Text(kind),
        Text(str(state.clocks[kind, "at_risk"])),
        Text(str(breached), style="bold red" if breached else "dim"),
    )


def _deadline(deadline: Deadline) -> tuple[Text, Text, Text]:
    late = deadline.left_s < 0
    when = f"{-deadline.left_s:.0f} s late" if late else f"in {deadline.left_s:.0f} s"
    return (
        Text(f"{deadline.kind} {_short(deadline.reference)}"),
        Text(),
        Text(when, style="red" if late else "yellow"),
    )


def _crew(state: LiveState, lines: int, *, trades: bool) -> Panel:
    busiest = sorted(state.crew.values(), key=lambda each: each.activity is Activity.FREE)
    room = lines - 1 if len(busiest) < lines else lines - 2
    header = (Text(), *(Text(column, style="dim") for column in ("where", "next", "done")))
    rows = [header, *(_technician(status, trades) for status in busiest[:room])]
    if rest := busiest[room:]:
        done = sum(status.done for status in rest)
        more = Text(f"and {len(rest)} more", style="dim")
        rows.append((more, Text(), Text(), Text(str(done))))
    return _panel(f"crew of {len(state.crew)}", _grid("<<>>", rows), lines)


def _technician(status: TechnicianStatus, trades: bool) -> tuple[Text, ...]:
    word, style = ACTIVITIES[status.activity]
    name = Text(status.name)
    if trades:
        name.append(f" {status.trade}", style="dim")
    return (
        name,
        Text(f"{word} {_short(status.reference)}".strip(), style=style),
        Text(str(status.waiting or "")),
        Text(str(status.done)),
    )


def _events(state: LiveState, lines: int) -> Panel:
    rows = [
        (
            Text(f"{event.played_at:%H:%M}", style="dim"),
            Text(_short(event.who)),
            Text(event.what, style=event.style),
        )
        for event in list(state.events)[-lines:]
    ]
    return _panel("what happens", _grid("<<<", rows, wide=2), lines)


def _panel(title: str, content: RenderableType, lines: int, border: str = "blue") -> Panel:
    return Panel(content, title=title, border_style=border, height=lines + BORDER_LINES)


def _grid(sides: str, rows: Iterable[tuple[Text, ...]], wide: int = 0) -> Table:
    """Return rows of one line each; what overflows the `wide` column ends in an ellipsis."""
    grid = Table.grid(expand=True, padding=(0, 1, 0, 0))
    for number, side in enumerate(sides):
        grid.add_column(
            justify="right" if side == ">" else "left",
            no_wrap=True,
            overflow="ellipsis",
            ratio=1 if number == wide else None,
        )
    for row in rows:
        grid.add_row(*row)
    return grid


def _beside(*parts: tuple[int, RenderableType]) -> Table:
    beside = Table.grid(expand=True)
    for ratio, _ in parts:
        beside.add_column(ratio=ratio)
    beside.add_row(*(part for _, part in parts))
    return beside


def _short(reference: str) -> str:
    """Return a reference without its site's code, which all share; other text as it is."""
    return reference.partition("-")[2] if reference.count("-") == 2 else reference
