import io
import json
from dataclasses import replace

from rich.console import Console

from demo.audit.figures import figures
from demo.audit.ledger import Finding
from demo.requests import BadRow
from demo.summary import Summary, as_json, as_tables
from tests.unit.demo.audit.evidence import good_ledger, good_log


def a_summary() -> Summary:
    return Summary(
        source="requests.csv",
        site_id="demo-1",
        seed=1,
        speed=1800,
        longest_gap_min=12.5,
        technicians=12,
        rows=2,
        bad=[BadRow(row=3, column="created_date", value="?", why="is not a time")],
        refused=0,
        held_back_s=0.0,
        wall_s=9.0,
        first_finished_s=4.2,
        figures=figures(good_ledger(), good_log(), played_min=lambda real_s: real_s * 30),
        lost=[],
        doubled=[],
        illegal=[],
        unheard=[],
    )


def printed(summary: Summary) -> str:
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(as_tables(summary))
    return console.export_text()


def test_machines_get_one_object_in_one_line() -> None:
    line = as_json(a_summary())

    said = json.loads(line)

    assert "\n" not in line
    assert {name: said[name] for name in ("opened", "completed", "lost", "doubled", "illegal")} == {
        "opened": 1,
        "completed": 1,
        "lost": 0,
        "doubled": 0,
        "illegal": 0,
    }
    assert (said["bad_rows"], said["shortcomings"]) == (1, [])
    assert said["response"] == {"played_min": 300.0, "real_s": 10.0, "of": 1}


def test_a_finding_is_counted_named_and_a_shortcoming() -> None:
    summary = replace(a_summary(), lost=[Finding(about="ticket-9", what="no clocks in sla")])

    said, shown = json.loads(as_json(summary)), printed(summary)

    assert (said["lost"], said["findings"]["lost"]) == (1, ["ticket-9: no clocks in sla"])
    assert said["shortcomings"] == ["lost: 1"]
    assert "ticket-9: no clocks in sla" in shown


def test_too_few_completed_or_unfinished_tickets_are_shortcomings() -> None:
    figures = replace(a_summary().figures, opened=100, completed=89, unfinished=2)

    found = replace(a_summary(), figures=figures, refused=3).shortcomings

    assert found == [
        "3 requests were refused",
        "89 of 100 completed, less than 90%",
        "2 neither resolved nor cancelled",
    ]


def test_people_see_figures_in_both_times_and_the_bad_rows() -> None:
    shown = printed(a_summary())

    assert "300.0 played minutes (10.00 s) of 1" in shown
    assert "row 3, created_date: is not a time: '?'" in shown
    assert "lost 0" in shown
