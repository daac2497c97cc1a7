from pathlib import Path

from demo.api_bodies import site_body, technician_body, ticket_body
from demo.catalogue import CATEGORIES
from demo.compound import REQUESTS
from demo.reading import read_requests
from demo.technicians import hire_technicians
from tests.unit.demo.rows import HOUSTON_HEADER, SF_HEADER, a_file, houston_row, sf_row


def test_the_compounds_site_has_its_buildings_and_a_city_has_none(tmp_path: Path) -> None:
    ours, city = read_requests(REQUESTS), read_requests(a_file(tmp_path, SF_HEADER, sf_row()))

    compound, town = (
        site_body(ours.layout.site, list(ours), code="WTY1"),
        site_body(city.layout.site, list(city), code="SF1"),
    )

    assert (len(compound["buildings"]), len(town["buildings"])) == (12, 0)
    assert "1202" in compound["buildings"][2]["units"]
    assert town["time_zone"] == "America/Los_Angeles"


def test_the_site_lies_where_its_requests_lie_and_at_home_where_none_says(tmp_path: Path) -> None:
    far = read_requests(
        a_file(
            tmp_path,
            SF_HEADER,
            sf_row(at="37.71,-122.5"),
            sf_row(at="37.72,-122.4"),
            sf_row(at="37.73,-122.39"),
        )
    )
    scattered = list(far)
    lost = read_requests(a_file(tmp_path, HOUSTON_HEADER, houston_row(at="Unknown,Unknown")))

    placed = site_body(far.layout.site, scattered, code="SF1")
    nowhere = site_body(lost.layout.site, list(lost), code="HOU1")

    assert (placed["lat"], placed["lon"]) == (37.72, -122.4)
    assert (nowhere["lat"], nowhere["lon"]) == (29.7604, -95.3698)


def test_each_category_needs_the_skill_of_the_same_code() -> None:
    reading = read_requests(REQUESTS)

    body = site_body(reading.layout.site, list(reading), code="WTY1")

    assert {each["code"]: each["skills"] for each in body["categories"] if "skills" in each} == {
        code: [{"code": code, "level": 1}] for code in CATEGORIES
    }
    desk = [each["code"] for each in body["categories"] if each.get("road") == "desk"]
    assert desk == ["complaint", "praise", "suggestion", "enquiry", "service_request"]


def test_an_imported_row_is_opened_for_somebody_else_with_its_priority(tmp_path: Path) -> None:
    (request,) = read_requests(a_file(tmp_path, SF_HEADER, sf_row()))

    body = ticket_body(request, site_id="s", imported=True)

    assert (body["channel"], body["priority"], body["reporter_id"]) == (
        "import",
        "urgent",
        request.reporter_id,
    )
    assert body["location"] == {"lat": 37.75, "lon": -122.41}
    assert "unit" not in body


def test_a_row_without_coordinates_is_opened_with_its_address(tmp_path: Path) -> None:
    (request,) = read_requests(a_file(tmp_path, HOUSTON_HEADER, houston_row(at="Unknown,Unknown")))

    body = ticket_body(request, site_id="s", imported=True)

    assert body["address"] == "5 INVENTED RD, HOUSTON TX 77999"
    assert "location" not in body


def test_a_resident_names_the_unit_and_sets_no_priority() -> None:
    request = next(each for each in read_requests(REQUESTS) if each.where.unit)

    body = ticket_body(request, site_id="s", imported=False)

    assert body["unit"] == f"{request.where.building}-{request.where.unit}"
    assert {"priority", "reporter_id"}.isdisjoint(body)


def test_a_technician_is_on_shift_all_day_every_day() -> None:
    requests = list(read_requests(REQUESTS))
    (technician, *_) = hire_technicians(
        requests, site_id="s", centre=(31.2, 121.4), language="zh-CN", size=12, seed=1
    )

    body = technician_body(technician, site_id="s")

    assert [shift["weekday"] for shift in body["shifts"]] == [1, 2, 3, 4, 5, 6, 7]
    assert {(shift["start"], shift["end"]) for shift in body["shifts"]} == {("00:00", "24:00")}
