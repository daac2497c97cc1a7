from collections import Counter

from demo.catalogue import CATEGORIES, DANGER_WORDS
from demo.compound import REQUESTS, compound
from demo.reading import read_requests


def test_every_request_of_the_compound_is_good_and_lies_in_it() -> None:
    reading = read_requests(REQUESTS)

    requests = list(reading)

    assert reading.bad == []
    assert len(requests) >= 200
    assert all(
        request.where.address is None and request.where.lat is not None for request in requests
    )
    assert {request.category for request in requests} <= set(CATEGORIES)


def test_people_write_in_both_languages_and_never_the_same_twice() -> None:
    requests = list(read_requests(REQUESTS))

    languages = Counter(request.language for request in requests)

    assert set(languages) == {"zh-CN", "en"}
    assert min(languages.values()) >= 20
    assert len({request.text for request in requests}) == len(requests)


def test_requests_come_in_the_order_of_time_over_three_days_mornings_and_evenings_most() -> None:
    opened = [request.opened_at for request in read_requests(REQUESTS)]

    hours = Counter(at.hour for at in opened)

    assert opened == sorted(opened)
    assert len({at.date() for at in opened}) == 3
    assert hours[7] > 2 * hours[13] > 0
    assert hours[3] <= 1


def test_one_burst_pipe_in_building_3_is_reported_by_several_flats() -> None:
    requests = list(read_requests(REQUESTS))

    burst = [
        request for request in requests if "爆" in request.text and request.where.building == "3"
    ]

    assert len({request.reporter_id for request in burst}) >= 4
    assert (
        burst[-1].opened_at - burst[0].opened_at
        < burst[0].opened_at.replace(hour=8) - burst[0].opened_at
    )


def test_some_words_mean_danger_and_most_do_not() -> None:
    requests = list(read_requests(REQUESTS))

    dangerous = [
        request
        for request in requests
        if any(word in request.text.lower() for word in DANGER_WORDS)
    ]

    assert 10 <= len(dangerous) <= 30
    assert {"lift", "plumbing", "electrical", "gas"} <= {request.category for request in dangerous}


def test_the_compound_has_twelve_buildings_and_its_lifts_as_spots() -> None:
    place = compound()

    assert len(place.buildings) == 12
    assert "1202" in place.buildings["3"].units
    assert {"lift-9B", "garage-b1", "gate-north"} <= set(place.spots)
