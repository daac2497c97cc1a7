"""The live view in a terminal, and one line now and then where there is none."""

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from fettle.demo.stage import Doing, Stage

STYLE_OF_DOING = {Doing.FREE: "dim", Doing.TRAVELLING: "yellow", Doing.WORKING: "green", Doing.PAUSED: "magenta"}
TICKET_STATES = ("open", "assigned", "in_progress", "on_hold", "resolved", "closed", "cancelled")
OFFER_STATES = ("made", "accepted", "declined", "ignored", "lost")
CLOCK_KINDS = ("response", "arrival", "resolution")
CREW_SHOWN = 16


def picture(stage: Stage) -> RenderableType:
    """The whole view, for `rich.live.Live`."""
    figures = Table.grid(expand=True, padding=(0, 1))
    for _ in range(3):
        figures.add_column(ratio=1)
    figures.add_row(_tickets(stage), _offers(stage), _clocks(stage))
    below = Table.grid(expand=True, padding=(0, 1))
    below.add_column(ratio=2)
    below.add_column(ratio=3)
    below.add_row(_crew(stage), _news(stage))
    return Group(_heading(stage), figures, below)


def one_line(stage: Stage) -> str:
    """The same in one line, for a log."""
    offers = ", ".join(f"{state} {stage.offers[state]}" for state in OFFER_STATES)
    tickets = f"opened {stage.opened}/{stage.rows}, resolved {stage.resolved}, cancelled {stage.tickets['cancelled']}"
    return f"{stage.elapsed_s:6.1f} s  {_hour(stage)}  {stage.act}: {tickets}; offers {offers}; breached {stage.breached}"


def _heading(stage: Stage) -> Panel:
    line = Table.grid(expand=True)
    line.add_column(ratio=2)
    line.add_column(justify="center", ratio=1)
    line.add_column(justify="right", ratio=2)
    line.add_row(
        Text.assemble((stage.title, "bold"), f"  {stage.act}"),
        Text(_hour(stage), style="bold cyan"),
        Text(f"× {stage.speed:g}   {stage.elapsed_s:.0f} s   {stage.ended} of {stage.rows} done"),
    )
    return Panel(Group(line, ProgressBar(total=max(stage.rows, 1), completed=stage.ended)), border_style="cyan")


def _hour(stage: Stage) -> str:
    return f"{stage.played or stage.opens_at:%a %H:%M}"


def _tickets(stage: Stage) -> Panel:
    rows = Table.grid(expand=True, padding=(0, 1))
    rows.add_column()
    rows.add_column(justify="right")
    tickets = stage.tickets
    for state in TICKET_STATES:
        rows.add_row(state.replace("_", " "), str(tickets[state]))
    if stage.refused:
        rows.add_row(Text("refused", style="red"), Text(str(stage.refused), style="red"))
    return Panel(rows, title="tickets", border_style="blue")


def _offers(stage: Stage) -> Panel:
    rows = Table.grid(expand=True, padding=(0, 1))
    rows.add_column()
    rows.add_column(justify="right")
    for state in OFFER_STATES:
        rows.add_row(state, str(stage.offers[state]))
    return Panel(rows, title="offers", border_style="blue")


def _clocks(stage: Stage) -> Panel:
    rows = Table.grid(expand=True, padding=(0, 1))
    rows.add_column(no_wrap=True)
    rows.add_column(justify="right")
    rows.add_column(justify="right")
    rows.add_row("", "running", Text("breached", style="red"))
    for kind in CLOCK_KINDS:
        rows.add_row(kind, str(stage.clocks[kind, "at_risk"]), str(stage.clocks[kind, "breached"]))
    rows.add_row("all", str(stage.running), Text(str(stage.breached), style="red" if stage.breached else ""))
    for promise in stage.urgent:
        late = promise.left_s < 0
        rows.add_row(
            Text(f"{_short(promise.reference)} {promise.kind}"), Text(f"{promise.left_s:.1f} s", style="red" if late else "yellow"), ""
        )
    return Panel(rows, title="clocks", border_style="blue")


def _crew(stage: Stage) -> Panel:
    rows = Table.grid(expand=True, padding=(0, 1))
    rows.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    rows.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    rows.add_column(justify="right")
    rows.add_column(justify="right")
    busiest = sorted(stage.crew.values(), key=lambda hand: hand.doing is Doing.FREE)
    for hand in busiest[:CREW_SHOWN]:
        doing = Text(f"{hand.doing} {_short(hand.about)}".strip(), style=STYLE_OF_DOING[hand.doing])
        rows.add_row(Text(f"{hand.name} · {hand.trade}"), doing, f"+{hand.waiting}" if hand.waiting else "", str(hand.done))
    if len(busiest) > CREW_SHOWN:
        rest = busiest[CREW_SHOWN:]
        rows.add_row(Text(f"and {len(rest)} more", style="dim"), "", "", str(sum(hand.done for hand in rest)))
    return Panel(rows, title=f"crew of {len(stage.crew)}", border_style="blue")


def _news(stage: Stage) -> Panel:
    rows = Table.grid(expand=True, padding=(0, 1))
    rows.add_column(no_wrap=True)
    rows.add_column(no_wrap=True)
    rows.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    for news in stage.news:
        rows.add_row(Text(f"{news.played:%H:%M}", style="dim"), Text(_short(news.who)), Text(news.what, style=news.style))
    return Panel(rows, title="what happens", border_style="blue")


def _short(reference: str) -> str:
    """Without the site's code, which is the same for all; anything else than a reference as it is."""
    return reference.partition("-")[2] if reference.count("-") == 2 else reference
