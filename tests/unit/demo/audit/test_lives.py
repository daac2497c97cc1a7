from dataclasses import replace

import pytest

from demo.audit.client_log import ClientLog
from demo.audit.lives import Life, Moment, lives_of
from tests.unit.demo.audit.clients import (
    DESK,
    OFFER,
    TECH,
    T,
    a_call,
    a_log,
    a_step,
    a_webhook,
    on_ticket,
)


def life_of(log: ClientLog) -> Life:
    return lives_of(log)[T]


def test_a_step_took_effect_between_its_request_and_the_answer() -> None:
    life = life_of(a_log())

    assert [(each.technician, each.at) for each in life.taken] == [
        (TECH, Moment(earliest=10, latest=10.1))
    ]
    assert life.on_site[0] == Moment(earliest=30, latest=30.1)
    assert life.completed == [Moment(earliest=60, latest=60.1)]


def test_an_acceptance_in_a_webhooks_reply_took_effect_before_it_was_confirmed() -> None:
    log = a_log()
    log.calls = [call for call in log.calls if "offers" not in call.path]
    log.received = [
        replace(a_webhook("job.offered", 5.0), reply="accept"),
        a_webhook("job.accepted", 6.0),
    ]

    life = life_of(log)

    assert [each.at for each in life.taken] == [Moment(earliest=5.0, latest=6.0)]
    assert life.said_yes == {TECH}


def test_an_acceptance_that_was_answered_and_confirmed_counts_once() -> None:
    log = a_log()
    log.received.append(a_webhook("job.accepted", 10.3))

    assert len(life_of(log).taken) == 1


def test_a_job_that_was_grabbed_was_taken_by_who_grabbed_it() -> None:
    log = a_log()
    log.calls = [call for call in log.calls if "offers" not in call.path]
    log.calls.append(replace(a_step("grab", 8.0), about=""))
    log.received = [a_webhook("job.accepted", 8.2, cause="born-accepted")]

    assert [each.at for each in life_of(log).taken] == [Moment(earliest=8.0, latest=8.1)]


def test_a_refused_step_did_not_happen() -> None:
    refused = [replace(call, status=409) for call in a_log().calls]

    life = life_of(ClientLog(opened=a_log().opened, calls=refused))

    assert (life.taken, life.on_site, life.completed) == ([], [], [])


def test_a_pause_ends_when_its_technician_goes_on() -> None:
    life = life_of(a_log(a_step("pause", 40, reason="no_access"), a_step("resume", 50)))

    [pause] = life.pauses
    assert (pause.reason, pause.since.earliest, pause.until) == (
        "no_access",
        40,
        Moment(earliest=50, latest=50.1),
    )


def test_a_pause_for_the_resident_may_have_ended_with_their_answer() -> None:
    pause = a_step("pause", 40, reason="waiting_resident")
    resume = replace(a_step("resume", 50, state="accepted"), status=409)

    life = life_of(a_log(pause, on_ticket("comments", 45), resume))

    assert life.pauses[0].until == Moment(earliest=45, latest=50.1)


def test_other_pauses_do_not_end_with_a_comment() -> None:
    pause = a_step("pause", 40, reason="no_access")

    life = life_of(a_log(pause, on_ticket("comments", 45), a_step("resume", 50)))

    assert life.pauses[0].until == Moment(earliest=50, latest=50.1)


@pytest.mark.parametrize(
    ("by_staff", "public", "answers"), [(True, True, 1), (True, False, 0), (False, True, 0)]
)
def test_only_a_public_word_of_the_desk_answers(by_staff: bool, public: bool, answers: int) -> None:
    said = on_ticket("comments", 5, by=DESK, by_staff=by_staff, public=public)

    assert len(life_of(a_log(said)).answered) == answers


def test_who_cancelled_is_known_and_a_wish_to_cancel_is_none() -> None:
    asked = life_of(a_log(on_ticket("cancel", 40, requested=True)))
    cancelled = life_of(a_log(on_ticket("cancel", 41, by=DESK)))

    assert asked.cancelled is None
    assert (cancelled.cancelled, cancelled.cancelled_by) == (Moment(earliest=41, latest=41.1), DESK)


def test_a_visit_is_the_one_agreed_last() -> None:
    agreed = [
        {"start": f"2026-01-20T1{hour}:00:00Z", "end": f"2026-01-20T1{hour}:30:00Z"}
        for hour in (1, 2)
    ]

    [visit] = life_of(a_log(on_ticket("appointment", 5, appointments=agreed))).visits

    assert visit.end - visit.start == 1800
    assert visit.at == Moment(earliest=5, latest=5.1)


def test_a_job_that_was_given_back_was_its_technicians() -> None:
    life = life_of(a_log(a_step("return", 35), a_call(f"/v1/offers/{OFFER}2/accept", 36, by="b")))

    assert [each.technician for each in life.given_back] == [TECH]
    assert [each.technician for each in life.taken] == [TECH, "b"]
