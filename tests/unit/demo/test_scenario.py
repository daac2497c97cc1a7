from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo.scenario import plan_scenario
from tests.unit.demo.rows import HOUSTON_HEADER, SF_HEADER, a_file, houston_row, sf_row

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def test_the_built_in_scenario_has_twelve_technicians_and_its_residents_speak_for_themselves() -> (
    None
):
    scenario = plan_scenario(None, limit=None, speed=None, seed=1, now=NOW)

    assert (len(scenario.requests), len(scenario.technicians), scenario.imported) == (
        213,
        12,
        False,
    )
    assert scenario.arrivals_s == sorted(scenario.arrivals_s)
    assert scenario.arrivals_s[-1] <= 75.001


def test_rows_are_played_in_the_order_of_time_and_bad_ones_are_kept_aside(tmp_path: Path) -> None:
    late, early, bad = (
        sf_row(key="2", opened="2015-03-05 09:00:00"),
        sf_row(key="1", opened="2015-03-04 09:00:00"),
        sf_row(opened="?"),
    )

    scenario = plan_scenario(
        a_file(tmp_path, SF_HEADER, late, bad, early), limit=None, speed=60, seed=1, now=NOW
    )

    assert [request.source_id for request in scenario.requests] == ["1", "2"]
    assert [row.row for row in scenario.bad] == [3]
    assert scenario.imported


def test_a_limit_counts_good_rows(tmp_path: Path) -> None:
    rows = [houston_row(opened="?"), *(houston_row(case=f"77-{number}") for number in range(5))]

    scenario = plan_scenario(
        a_file(tmp_path, HOUSTON_HEADER, *rows), limit=3, speed=None, seed=1, now=NOW
    )

    assert [request.source_id for request in scenario.requests] == ["77-0", "77-1", "77-2"]


def test_each_run_has_a_site_of_its_own() -> None:
    one = plan_scenario(None, limit=1, speed=None, seed=1, now=NOW)
    two = plan_scenario(None, limit=1, speed=None, seed=1, now=NOW + timedelta(seconds=1))

    assert one.site_id != two.site_id
    assert one.site_code != two.site_code
    assert one.site_code.startswith("WTY")
    assert len(one.site_code) <= 10


def test_many_requests_get_a_larger_crew(tmp_path: Path) -> None:
    rows = [
        sf_row(key=str(number), opened=f"2015-03-04 09:{number // 60 % 60:02}:{number % 60:02}")
        for number in range(3000)
    ]

    scenario = plan_scenario(
        a_file(tmp_path, SF_HEADER, *rows), limit=None, speed=None, seed=1, now=NOW
    )

    assert len(scenario.technicians) > 30
