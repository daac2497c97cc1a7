"""The live view in a terminal, and one line now and then where there is none."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from fettle.demo.stage import Doing, Hand, Promise, Stage

DOING = {
    Doing.FREE: ("free", "dim"),
    Doing.TRAVELLING: ("to", "yellow"),
    Doing.WORKING: ("at", "green"),
    Doing.PAUSED: ("waits", "magenta"),
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
URGENT_SHOWN = 3
FRAME = 2
"""Lines that a panel's border takes."""
HEADING_LINES = 2 + FRAME
FIGURES_LINES = len(TICKET_STATES) + FRAME
FEWEST_BELOW = 3
TRADES_FROM_WIDTH = 120


@dataclass(frozen=True)
class Picture:
    """The whole view, for `rich.live.Live`: as wide as the terminal, never higher, and always of
    one shape, so that nothing jumps.
    """

    stage: Stage

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lines = max(options.size.height - HEADING_LINES - FIGURES_LINES - FRAME - 1, FEWEST_BELOW)
        yield _heading(self.stage)
        yield _beside((2, _tickets(self.stage)), (2, _offers(self.stage)), (4, _clocks(self.stage)))
        yield _beside(
            (3, _crew(self.stage, lines, trades=options.max_width >= TRADES_FROM_WIDTH)),
            (4, _news(self.stage, lines)),
        )


def one_line(stage: Stage) -> str:
    """The same in one line, for a log."""
    offers = ", ".join(f"{state} {stage.offers[state]}" for state in OFFER_STATES)
    tickets = (
        f"opened {stage.opened}/{stage.rows}, resolved {stage.resolved}, cancelled "
        f"{stage.tickets['cancelled']}"
    )
    return (
        f"{stage.elapsed_s:6.1f} s  {_hour(stage)}  {stage.act}: {tickets}; offers {offers}; "
        f"breached {stage.breached}"
    )


def _heading(stage: Stage) -> Panel:
    line = Table.grid(expand=True)
    line.add_column(ratio=2, no_wrap=True, overflow="ellipsis")
    line.add_column(justify="center", no_wrap=True)
    line.add_column(justify="right", ratio=2, no_wrap=True)
    line.add_row(
        Text.assemble((stage.title, "bold"), f"  {stage.act}"),
        Text(_hour(stage), style="bold cyan"),
        Text(f"× {stage.speed:.9g}  {stage.elapsed_s:.0f} s  {stage.ended} of {stage.rows} done"),
    )
    return Panel(
        Group(line, ProgressBar(total=max(stage.rows, 1), completed=stage.ended)),
        border_style="cyan",
        height=HEADING_LINES,
    )


def _hour(stage: Stage) -> str:
    return f"{stage.played or stage.opens_at:%a %H:%M}"


def _tickets(stage: Stage) -> Panel:
    tickets = stage.tickets
    rows = [
        _figure(state.replace("_", " "), tickets[state], style)
        for state, style in TICKET_STATES.items()
    ]
    if stage.refused:
        rows[-1] = _figure("refused", stage.refused, "bold red")
    return _panel("tickets", _grid("<>", rows), len(TICKET_STATES))


def _offers(stage: Stage) -> Panel:
    rows = [_figure(state, stage.offers[state], style) for state, style in OFFER_STATES.items()]
    return _panel("offers", _grid("<>", rows), len(TICKET_STATES))


def _figure(name: str, count: int, style: str) -> tuple[Text, Text]:
    style = style if count else "dim"
    return Text(name, style=style), Text(str(count), style=style)


def _clocks(stage: Stage) -> Panel:
    rows = [
        (Text(), Text("running", style="dim"), Text("breached", style="dim")),
        *(
            (
                Text(kind),
                Text(str(stage.clocks[kind, "at_risk"])),
                _breached(stage.clocks[kind, "breached"]),
            )
            for kind in CLOCK_KINDS
        ),
        *(_urgent(promise) for promise in stage.urgent[:URGENT_SHOWN]),
    ]
    title = (
        f"clocks: {stage.running} run, {stage.breached} breached"
        if stage.breached
        else f"clocks: {stage.running} run"
    )
    return _panel(
        title, _grid("<>>", rows), len(TICKET_STATES), border="red" if stage.breached else "blue"
    )


def _breached(count: int) -> Text:
    return Text(str(count), style="bold red" if count else "dim")


def _urgent(promise: Promise) -> tuple[Text, Text, Text]:
    late = promise.left_s < 0
    when = f"{-promise.left_s:.0f} s late" if late else f"in {promise.left_s:.0f} s"
    return (
        Text(f"{promise.kind} {_short(promise.reference)}"),
        Text(),
        Text(when, style="red" if late else "yellow"),
    )


def _crew(stage: Stage, lines: int, *, trades: bool) -> Panel:
    busiest = sorted(stage.crew.values(), key=lambda hand: hand.doing is Doing.FREE)
    header = (
        Text(),
        Text("where", style="dim"),
        Text("next", style="dim"),
        Text("done", style="dim"),
    )
    room = lines - 1 if len(busiest) < lines else lines - 2
    rows = [header, *(_hand(hand, trades) for hand in busiest[:room])]
    if rest := busiest[room:]:
        rows.append(
            (
                Text(f"and {len(rest)} more", style="dim"),
                Text(),
                Text(),
                Text(str(sum(hand.done for hand in rest))),
            )
        )
    return _panel(f"crew of {len(stage.crew)}", _grid("<<>>", rows, wide=0), lines)


def _hand(hand: Hand, trades: bool) -> tuple[Text, Text, Text, Text]:
    word, style = DOING[hand.doing]
    who = Text.assemble(hand.name, (f" {hand.trade}", "dim")) if trades else Text(hand.name)
    return (
        who,
        Text(f"{word} {_short(hand.about)}".strip(), style=style),
        Text(str(hand.waiting or "")),
        Text(str(hand.done)),
    )


def _news(stage: Stage, lines: int) -> Panel:
    rows = [
        (
            Text(f"{news.played:%H:%M}", style="dim"),
            Text(_short(news.who)),
            Text(news.what, style=news.style),
        )
        for news in list(stage.news)[-lines:]
    ]
    return _panel("what happens", _grid("<<<", rows, wide=2), lines)


def _panel(title: str, content: RenderableType, lines: int, border: str = "blue") -> Panel:
    return Panel(content, title=title, border_style=border, height=lines + FRAME)


def _grid(sides: str, rows: Iterable[tuple[Text, ...]], wide: int = 0) -> Table:
    """Rows of one line each; what does not fit into the `wide` column ends in an ellipsis."""
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
    """Without the site's code, which is the same for all; anything else than a
    reference as it is.
    """
    return reference.partition("-")[2] if reference.count("-") == 2 else reference
