from dataclasses import replace

import pytest

from demo.audit.ledger import Finding
from demo.day.measures import measure, minute_of, wall
from tests.unit.demo.day.days import DAY, a_played_day, at_minute

PLAYED = a_played_day()
MEASURED = measure(PLAYED)


def test_the_first_webhook_is_waited_for_from_the_201_on() -> None:
    assert MEASURED.overall.tickets == 60
    assert MEASURED.overall.median_s == pytest.approx(0.2)
    assert MEASURED.overall.longest_s == pytest.approx(2.0)
    assert sum(spread.tickets for spread in MEASURED.by_hour.values()) == 60


def test_a_ticket_of_which_no_webhook_came_has_waited_for_ever() -> None:
    silent = replace(PLAYED, log=replace(PLAYED.log, received=[]))

    overall = measure(silent).overall

    assert (overall.tickets, overall.median_s, overall.longest_s) == (60, None, None)


def test_the_storm_is_told_by_its_own_tickets() -> None:
    storm = MEASURED.events[0]

    assert (storm.name, storm.gone_s, storm.begins) == ("storm", None, 720)
    assert storm.heard.tickets == sum(report.storm for report in DAY.reports)
    assert storm.heard.median_s == pytest.approx(2.0)


def test_a_fault_is_told_by_how_long_it_lasted_and_what_had_to_be_repeated() -> None:
    _, service, broker = MEASURED.events

    assert (service.name, service.retried) == ("sla killed", 0)
    assert broker.gone_s == pytest.approx(DAY.pace.real_s(2), abs=0.01)
    assert (broker.name, broker.retried) == ("broker killed", 1)
    assert broker.longest_call_s == pytest.approx(DAY.pace.real_s(4.5), abs=0.01)


def test_promises_are_told_by_priority_site_and_category() -> None:
    by_priority = MEASURED.promises["priority"]

    assert list(by_priority) == ["emergency", "normal"]
    assert by_priority["normal"]["arrival"].share == 1.0
    assert sum(each["response"].kept for each in MEASURED.promises["site"].values()) == 60
    assert sum(each["response"].kept for each in MEASURED.promises["category"].values()) == 60
    assert MEASURED.by_clock["resolution"].missed + MEASURED.by_clock["resolution"].kept == 60


def test_a_breach_is_told_with_when_it_was_announced_and_heard() -> None:
    [breach] = MEASURED.announced

    assert breach.announced_after_s == pytest.approx(0.3)
    assert breach.heard_after_s == pytest.approx(0.5)
    assert breach.clock == "arrival"


def test_every_resident_is_counted_by_the_messages_they_were_told() -> None:
    reporters = {report.request.reporter_id for report in DAY.reports}

    assert sum(MEASURED.messages.values()) == MEASURED.residents == len(reporters)
    assert sum(times * count for times, count in MEASURED.messages.items()) == 60


def test_minutes_are_the_players_own() -> None:
    assert minute_of(PLAYED, at_minute(615)) == pytest.approx(615)
    assert (wall(615.5), wall(1450)) == ("10:15", "24:10")


def test_findings_are_not_measured() -> None:
    assert measure(a_played_day(lost=[Finding(about="R-1", what="gone")])).overall.tickets == 60
