"""An archived ticket for people: what, where, who and when, on a terminal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

Object = Mapping[str, Any]


def show(archived: Object, console: Console) -> None:
    """Print the ticket, section by section; those without content are left out.

    All times are UTC.
    """
    console.print(_title(archived["ticket"]), soft_wrap=True)
    console.print(_table(_facts(archived["ticket"])))
    names = archived["technicians"]
    sections: Sequence[tuple[str, Iterable[RenderableType]]] = (
        ("Timeline", _timeline(archived["timeline"])),
        ("Jobs", _jobs(archived["jobs"], names)),
        ("Promises", _promises(archived["clocks"])),
        ("Messages", _messages(archived["messages"])),
        ("Ratings", _ratings(archived["ticket"]["ratings"])),
    )
    for name, parts in sections:
        content = list(parts)
        if content:
            console.print(Text(f"\n{name}", style="bold"))
            console.print(Padding(Group(*content), (0, 0, 0, 2)))
    console.print(Text(f"\narchived {moment(archived['archived_at'])} UTC", style="dim"))


def plain(value: object) -> str:
    """Return people's words without what would command the terminal."""
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in str(value))


def moment(at: str | None) -> str:
    return "" if at is None else f"{datetime.fromisoformat(at).astimezone(UTC):%Y-%m-%d %H:%M}"


def _title(ticket: Object) -> Text:
    title = Text(plain(ticket["reference"]), style="bold")
    title.append(
        f"  {ticket['state']}  {plain(ticket['category'])}, {ticket['priority']}", style="not bold"
    )
    if ticket["title"]:
        title.append(f"  {plain(ticket['title'])}", style="not bold")
    return title


def _facts(ticket: Object) -> Iterator[tuple[str, object]]:
    place = ticket["place"]
    levels = (place["building"], place.get("entrance"), place["unit"])
    unit = "-".join(part for part in levels if part)
    where = [part for part in (unit, place["spot"], place["address"]) if part]
    if place["lat"] is not None:
        where.append(f"({place['lat']}, {place['lon']})")
    by = ticket["reporter_id"]
    if ticket["entered_by"] != by:
        by = f"{by}, entered by {ticket['entered_by']}"
    yield "site", ticket["site_id"]
    yield "where", ", ".join(where)
    yield "reported", f"{moment(ticket['opened_at'])} by {by} ({ticket['channel']})"
    yield "taken over", _taken_over(ticket.get("imported"))
    yield "nature", ticket.get("nature")
    yield "road", ticket.get("road")
    yield "ended", moment(ticket["steps"][-1]["at"]) if ticket["steps"] else ""
    yield "duplicate of", ticket["duplicate_of"]
    yield "followed by", ", ".join(ticket["followers"])
    yield from ticket["answers"].items()
    yield "in their words", ticket["description"]
    yield "attachments", "\n".join(map(_attachment, ticket.get("attachments", ())))
    yield "id", ticket["id"]


def _taken_over(imported: Object | None) -> str:
    """Return when, and which ticket of the former system it was; nothing of one reported here."""
    if imported is None:
        return ""
    return f"{moment(imported['at'])}, in the former system {imported['external_id']}"


def _attachment(each: Object) -> str:
    internal = "" if each["public"] else " (internal)"
    return f"{each['kind']} {each['id']} by {each['by']} {moment(each['at'])}{internal}"


def _timeline(entries: Iterable[Object]) -> Iterator[RenderableType]:
    table = _columns("at", "what", "by", "words")
    for entry in entries:
        what = entry["name"] if entry["public"] else f"{entry['name']} (internal)"
        detail = entry["text"] if entry["text"] is not None else _in_words(entry["detail"])
        table.add_row(*_cells(moment(entry["at"]), what, entry["cause"], detail))
    if table.row_count:
        yield table


def _jobs(jobs: Iterable[Object], names: Mapping[str, str]) -> Iterator[RenderableType]:
    for job in jobs:
        reason = f": {job['reason']}" if job["reason"] else ""
        yield Text(
            plain(
                f"{job['cycle']}.{job['number']} {job['state']}, "
                f"{_person(job['technician_id'], names)}{reason}"
            )
        )
        table = _columns("at", "what", "by", "words")
        rows = [
            (step["at"], step["state"], step["technician_id"], step["reason"])
            for step in job["steps"]
        ]
        for offer in job["offers"]:
            rows.append((offer["offered_at"], "asked", offer["technician_id"], None))
            if offer["decided_at"]:
                rows.append(
                    (
                        offer["decided_at"],
                        f"offer {offer['state']}",
                        offer["technician_id"],
                        offer["reason"],
                    )
                )
        for at, what, technician, words in sorted(
            rows, key=lambda row: datetime.fromisoformat(row[0])
        ):
            table.add_row(*_cells(moment(at), what, _person(technician, names), words))
        yield Padding(table, (0, 0, 0, 2))
        if job["report"]:
            yield Padding(Text(plain(f"report: {', '.join(_report(job['report']))}")), (0, 0, 0, 2))


def _report(report: Object) -> Iterator[str]:
    if report["minutes"] is not None:
        yield f"{report['minutes']} min"
    for part in report["parts"]:
        yield f"{part['quantity']} x {part['name']}"
    for name, words in (("photos_before", "photos before"), ("photos", "photos")):
        if report.get(name):
            yield f"{words} {' '.join(report[name])}"
    for item in report.get("checklist", ()):
        yield f"{item['code']}: {'done' if item['done'] else 'not done'}"
    if report["signature"]:
        yield "signed"
    if report["note"]:
        yield report["note"]


def _promises(clocks: Object | None) -> Iterator[RenderableType]:
    table = _columns("promise", "state", "due", "stopped")
    for clock in clocks["items"] if clocks else ():
        due, stopped = (
            f"{name} {moment(clock[f'{name}_at'])}" if clock[f"{name}_at"] else ""
            for name in ("due", "stopped")
        )
        table.add_row(*_cells(clock["kind"], clock["state"], due, stopped))
    if table.row_count:
        yield table


def _messages(messages: Iterable[Object]) -> Iterator[RenderableType]:
    table = _columns("at", "what", "to", "words", "deliveries")
    for message in messages:
        deliveries = ", ".join(
            f"{each['state']} after {each['attempts']}" for each in message["deliveries"]
        )
        fate = f"not told: {message['stale']}" if message["stale"] else deliveries
        table.add_row(
            *_cells(
                moment(message["at"]),
                message["kind"],
                message["recipient_id"],
                message["title"],
                fate,
            )
        )
    if table.row_count:
        yield table


def _ratings(ratings: Iterable[Object]) -> Iterator[RenderableType]:
    for rating in ratings:
        marks = f"speed {rating['speed']}, quality {rating['quality']}, manner {rating['manner']}"
        yield Text(plain(f"{moment(rating['at'])}  {marks}  {rating['text']}".rstrip()))


def _person(id: str | None, names: Mapping[str, str]) -> str:
    if id is None:
        return ""
    return f"{names[id]} ({id})" if id in names else id


def _in_words(detail: Object) -> str:
    """Return what is said in `detail`, as `name value, name value`."""
    return ", ".join(
        f"{name} {value}" for name, value in detail.items() if value not in (None, "", [], {})
    )


def _table(rows: Iterable[tuple[str, object]]) -> Table:
    table = Table.grid(padding=(0, 2))
    for name, value in rows:
        if value:
            table.add_row(Text(f"  {plain(name)}", style="dim"), Text(plain(value)))
    return table


def _columns(*names: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_header=False)
    for name in names:
        table.add_column(name, overflow="fold")
    return table


def _cells(*values: object) -> list[Text]:
    return [Text("" if value is None else plain(value)) for value in values]
