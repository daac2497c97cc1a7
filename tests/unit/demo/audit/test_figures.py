from dataclasses import replace
from pathlib import Path

from demo.audit.client_log import ClientLog
from demo.audit.figures import Median, figures
from demo.audit.ledger import Ledger
from tests.unit.demo.audit.evidence import good_ledger, good_log, received


def ten_times(real_s: float) -> float:
    return real_s * 10 / 60


def test_one_good_ticket_counts_once_everywhere() -> None:
    found = figures(good_ledger(), good_log(), played_min=ten_times)

    assert (found.opened, found.assigned, found.completed, found.cancelled, found.unfinished) == (
        1,
        1,
        1,
        0,
        0,
    )
    assert (found.offers, found.offers_accepted, found.offers_declined, found.offers_expired) == (
        1,
        1,
        0,
        0,
    )
    assert (found.messages, found.messages_delivered, found.messages_failed, found.redelivered) == (
        1,
        1,
        0,
        0,
    )
    assert found.sla_kept == {"response": 1.0, "arrival": 1.0, "resolution": 0.0}


def test_medians_are_given_in_both_times() -> None:
    found = figures(good_ledger(), good_log(), played_min=ten_times)

    assert found.response == Median(played_min=1.7, real_s=10, of=1)
    assert found.arrival == Median(played_min=5, real_s=30, of=1)
    assert found.resolution == Median(played_min=10, real_s=60, of=1)


def test_where_nothing_happened_there_is_no_median() -> None:
    found = figures(Ledger(), ClientLog(), played_min=ten_times)

    assert found.response is None
    assert found.sla_kept == {}


def test_facts_count_once_published_and_once_for_each_service_that_must_know() -> None:
    ledger = good_ledger()

    found = figures(ledger, good_log(), played_min=ten_times)

    assert found.facts_published == 4 + 2 + 1
    assert found.facts_consumed == 4 * 3 + 2 * 3 + 1 * 3


def test_a_delivery_that_came_again_is_counted_apart() -> None:
    log = good_log()
    log.received.append(received(acted=False))

    found = figures(good_ledger(), log, played_min=ten_times)

    assert found.redelivered == 1


def test_a_ticket_resolved_by_staff_is_not_completed_work() -> None:
    ledger = good_ledger()
    orders = {**ledger.newest["dispatch.work_order"]["ticket-1"], "jobs": []}
    newest = {**ledger.newest, "dispatch.work_order": {"ticket-1": orders}}

    found = figures(replace(ledger, newest=newest), good_log(), played_min=ten_times)

    assert found.completed == 0


def test_a_log_survives_being_written_and_read(tmp_path: Path) -> None:
    good_log().write(tmp_path / "log.jsonl")

    read = ClientLog.read(tmp_path / "log.jsonl")

    assert read == good_log()
