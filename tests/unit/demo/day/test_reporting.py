"""The report: a page of its own, ten lines of words, and one line for machines."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

from demo.audit.ledger import Finding
from demo.day.charts import Band, Bar, columns, stacked, waits
from demo.day.measures import measure
from demo.day.page import page
from demo.day.run import Played
from demo.day.words import as_json, last_line, shortcomings, ten_lines
from tests.unit.demo.day.days import a_played_day

GOOD = a_played_day()
BAD = a_played_day(
    lost=[Finding(about="DAY01-1000-A", what="no clocks in sla")],
    unheard=[Finding(about="DAY02-1001-B", what="<script>alert(1)</script>")],
)


class Tags(HTMLParser):
    """What a page consists of, and whether everything that begins also ends."""

    VOID = frozenset({"meta", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.loads += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(played: Played) -> tuple[str, Tags]:
    text, tags = page(played, measure(played), wall_s=300), Tags()
    tags.feed(text)
    return text, tags


def test_the_page_is_whole_loads_nothing_and_has_a_table_beside_each_chart() -> None:
    text, tags = read(GOOD)

    assert tags.open == []
    assert tags.loads == []
    assert "url(" not in text
    assert "@import" not in text
    assert tags.seen.count("svg") == 7
    assert tags.seen.count("table") == 7


def test_the_page_follows_dark_and_paper_by_its_style() -> None:
    text, _ = read(GOOD)

    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text
    assert "#" not in text.partition("</style>")[2].replace("&#x27;", "")


def test_what_was_found_stands_on_the_page_with_its_reference_and_does_no_harm() -> None:
    text, tags = read(BAD)

    assert "DAY01-1000-A: no clocks in sla" in text
    assert "script" not in tags.seen
    assert "DAY02-1001-B: &lt;script&gt;" in text


def test_ten_lines_tell_the_day() -> None:
    lines = ten_lines(GOOD, measure(GOOD), wall_s=300)

    assert len(lines) == 10
    assert lines[0].startswith("Seed 1: 60 tickets at 20 sites in 300 s, ")
    assert lines[-1] == "lost 0, doubled 0, illegal 0, unheard 0."
    assert any("broker killed, gone for" in line for line in lines)


def test_machines_get_the_verdict_in_one_line() -> None:
    report = as_json(BAD, measure(BAD), wall_s=300)

    line = last_line(report)
    said = json.loads(line)

    assert "\n" not in line
    assert {name: said[name] for name in ("opened", "lost", "doubled", "illegal", "unheard")} == {
        "opened": 60,
        "lost": 1,
        "doubled": 0,
        "illegal": 0,
        "unheard": 1,
    }
    assert "completed" in said
    assert said["findings"]["lost"] == ["DAY01-1000-A: no clocks in sla"]
    assert json.loads(json.dumps(report))["promises"]["site"]


def test_every_kind_of_finding_and_a_missing_photo_is_a_shortcoming() -> None:
    gone = replace(GOOD, missing_photos=["DAY01-1: photo p1: 404"])

    assert shortcomings(GOOD) == []
    assert shortcomings(BAD) == ["lost: 1", "unheard: 1"]
    assert shortcomings(gone) == ["lost: 1"]
    assert shortcomings(replace(GOOD, refused=2)) == ["2 reports were refused"]


def test_charts_are_well_formed_whatever_they_are_given() -> None:
    nothing = waits([], [], [], span=(0, 1), ticks={}, label="a < b")
    much = waits(
        [(0.5, 0.0001), (0.7, 5000.0)],
        [(0.5, 1.0)],
        [Band(name="<storm>", begins=0.2, ends=0.2)],
        span=(0, 1),
        ticks={0.0: "00"},
        label="waits",
    )

    for chart in (nothing, much, stacked([], label="x"), columns([], label="x")):
        assert ElementTree.fromstring(chart).get("role") == "img"
    assert "&lt;storm&gt;" in much


def test_bars_are_as_long_as_what_they_show() -> None:
    chart = stacked(
        [Bar(label="a", parts=[("kept", 3), ("missed", 1)]), Bar(label="b", parts=[("kept", 2)])],
        label="x",
    )

    bars = [
        (each.get("class"), float(each.get("width") or 0))
        for each in ElementTree.fromstring(chart)
        if each.tag == "rect"
    ]
    (_, three), (_, one), (_, two) = bars
    assert [kind for kind, _ in bars] == ["kept", "missed", "kept"]
    assert abs(three - 3 * one) < 0.5
    assert abs(two - 2 * one) < 0.5
