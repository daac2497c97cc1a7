from collections import Counter

from fettle.demo.compound import REQUESTS
from fettle.demo.reading import read_requests
from fettle.demo.temper import afterwards, cancels_after_min, mishap, same_burst


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
    moods = [afterwards(request, seed=1) for request in read_requests(REQUESTS)]

    rated = [mood for mood in moods if mood.marks]

    assert len(moods) > sum(mood.confirms for mood in moods) > len(rated) > 0
    assert all(mood.confirms and mood.words for mood in rated)
    assert all(1 <= mark <= 5 for mood in rated for mark in mood.marks or ())


def test_few_jobs_go_wrong_and_none_is_given_back_twice() -> None:
    found = [mishap(str(number), language="en", seed=1, before=False) for number in range(3000)]

    kinds = Counter(
        "none" if each is None else "back" if each.pause_min is None else "pause" for each in found
    )

    assert 10 < kinds["back"] < 100 < kinds["pause"] < 200
    assert all(
        each is None or each.pause_min is not None
        for each in (
            mishap(str(number), language="en", seed=1, before=True) for number in range(3000)
        )
    )
