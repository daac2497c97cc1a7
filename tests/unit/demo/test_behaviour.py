from collections import Counter

from demo.behaviour import (
    Decision,
    answer_to,
    cancels_after_min,
    feedback_on,
    interruption_of,
    same_burst,
    travel_min,
    work_min,
)
from demo.compound import REQUESTS
from demo.reading import read_requests

HOME = (31.2126, 121.4312)


def test_the_same_offer_gets_the_same_answer_in_any_order() -> None:
    offers = [f"offer-{number}" for number in range(50)]

    forth = {
        offer: answer_to(
            seed=1, technician_id="t", offer_id=offer, priority="normal", language="en"
        )
        for offer in offers
    }
    back = {
        offer: answer_to(
            seed=1, technician_id="t", offer_id=offer, priority="normal", language="en"
        )
        for offer in reversed(offers)
    }

    assert forth == back


def test_some_decline_with_a_reason_some_let_it_run_out_and_most_accept() -> None:
    answers = [
        answer_to(
            seed=1, technician_id="t", offer_id=str(number), priority="normal", language="zh-CN"
        )
        for number in range(2000)
    ]

    replies = Counter(answer.decision for answer in answers)

    assert 0.85 < replies[Decision.ACCEPT] / 2000 < 0.95
    assert replies[Decision.SILENCE] > 20
    assert all(bool(answer.reason) == (answer.decision is Decision.DECLINE) for answer in answers)


def test_an_emergency_is_never_left_unanswered() -> None:
    answers = [
        answer_to(
            seed=1, technician_id="t", offer_id=str(number), priority="emergency", language="en"
        )
        for number in range(2000)
    ]

    assert {answer.decision for answer in answers} == {Decision.ACCEPT, Decision.DECLINE}
    assert max(answer.after_min for answer in answers) <= 0.6


def test_near_is_walked_and_far_is_driven() -> None:
    across_the_yard, across_the_city = (31.2135, 121.43), (31.30, 121.43)

    assert 2 < travel_min(HOME, across_the_yard) < 6
    assert 20 < travel_min(HOME, across_the_city) < 45
    assert travel_min(HOME, None) == 15


def test_work_takes_half_to_twice_the_usual() -> None:
    taken = [work_min("plumbing", job_id=str(number), seed=1) for number in range(500)]

    assert 17.5 <= min(taken) < max(taken) <= 70
    assert work_min("unheard of", job_id="1", seed=1) == work_min("other", job_id="1", seed=1)


def test_the_burst_pipe_in_building_3_is_one_and_later_bursts_are_others() -> None:
    requests = list(read_requests(REQUESTS))
    rows = {request.row: request for request in requests}

    same = same_burst(requests)

    assert len(same) >= 4
    assert {rows[first].where.unit for first in same.values()} == {"1202"}
    assert all(rows[row].opened_at > rows[first].opened_at for row, first in same.items())


def test_hardly_anybody_cancels_so_that_nearly_all_is_completed() -> None:
    requests = list(read_requests(REQUESTS))

    cancelled = [request for request in requests if cancels_after_min(request, seed=1) is not None]

    assert len(cancelled) + len(same_burst(requests)) <= 0.05 * len(requests)


def test_whoever_rates_has_confirmed_and_gives_marks_from_one_to_five() -> None:
    feedback = [feedback_on(request, seed=1) for request in read_requests(REQUESTS)]

    rated = [each for each in feedback if each.scores]

    assert len(feedback) > sum(each.confirms for each in feedback) > len(rated) > 0
    assert all(each.confirms and each.comment for each in rated)
    assert all(1 <= mark <= 5 for each in rated for mark in each.scores or ())


def test_few_jobs_go_wrong_and_none_is_given_back_twice() -> None:
    found = [
        interruption_of(str(number), language="en", seed=1, given_back=False)
        for number in range(3000)
    ]

    kinds = Counter(
        "none" if each is None else "back" if each.pause_min is None else "pause" for each in found
    )

    assert 10 < kinds["back"] < 100 < kinds["pause"] < 200
    assert all(
        each is None or each.pause_min is not None
        for each in (
            interruption_of(str(number), language="en", seed=1, given_back=True)
            for number in range(3000)
        )
    )
