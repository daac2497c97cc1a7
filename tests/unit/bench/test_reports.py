"""The load is spread evenly, and no two reports look like the same fault."""

from collections import Counter
from itertools import islice

from tests.bench.reports import (
    SITES_PER_DISTRICT,
    TICKETS_PER_DISTRICT,
    reports,
    residents_of,
    site_body,
    sites_of,
)


def test_reports_go_to_all_sites_and_residents_alike() -> None:
    found = list(islice(reports(), 1280))

    assert set(Counter(person.site for person, _ in found).values()) == {1280 // SITES_PER_DISTRICT}
    assert set(Counter(person.id for person, _ in found).values()) == {1280 // len(residents_of(0))}
    assert all(body["site_id"] == person.site for person, body in found)


def test_any_few_reports_in_a_row_are_about_different_sites() -> None:
    found = [person.site for person, _ in islice(reports(), 100)]

    assert all(
        len(set(found[at : at + SITES_PER_DISTRICT])) == SITES_PER_DISTRICT for at in range(80)
    )


def test_the_next_district_takes_over_before_hands_are_full() -> None:
    found = list(islice(reports(), TICKETS_PER_DISTRICT - 1, TICKETS_PER_DISTRICT + 1))

    assert [person.site for person, _ in found] == [sites_of(0)[-1], sites_of(1)[0]]


def test_no_flat_reports_the_same_fault_twice() -> None:
    found = [
        (body["site_id"], body["unit"], body["category"])
        for _, body in islice(reports(tickets_per_district=None), 50_000)
    ]

    assert len(set(found)) == len(found)


def test_every_report_is_about_a_flat_that_the_site_has() -> None:
    site = sites_of(0)[0]
    flats = {
        f"{building['code']}-{unit}"
        for building in site_body(site)["buildings"]
        for unit in building["units"]
    }

    units = {
        body["unit"]
        for person, body in islice(reports(tickets_per_district=None), 50_000)
        if person.site == site
    }

    assert units <= flats
