"""A ticket's timeline in a resident's words."""

from typing import Any
from uuid import UUID

import pytest

from services.portal.domain.ticket_lines import ENTRIES, Line, lines
from tests.support.tracked import JOB, REPORTER, minutes, step, tracked, work

_PHOTO, _OTHER_PHOTO = UUID(int=21), UUID(int=22)
_ATTACHED = [
    {"id": each, "kind": "photo", "by": REPORTER, "at": minutes(-59)}
    for each in (_PHOTO, _OTHER_PHOTO)
]


def _told(*entries: dict[str, Any], names: bool = True, **ticket: Any) -> list[Line]:
    numbered = [{"n": n, "at": minutes(-50 + n), **each} for n, each in enumerate(entries, 1)]
    given = {"work": work("working"), "attachments": _ATTACHED, **ticket}
    shown = tracked(step("assigned", -40), step("in_progress", -30), **given)
    return lines(ENTRIES.validate_python(numbered), shown, reader=REPORTER, names=names)


def _key(line: Line) -> str:
    return line.key.removeprefix("resident-line-")


def _entry(name: str, cause: str = f"job:{JOB}", **more: Any) -> dict[str, Any]:
    return {"name": name, "cause": cause, **more}


def test_the_newest_comes_first() -> None:
    told = _told(_entry("opened", REPORTER), _entry("assigned"), _entry("started"))

    assert [_key(line) for line in told] == ["started", "assigned", "opened"]
    assert told[2].text == "水管漏水"
    assert told[0].said == {"who": "王师傅"}


def test_another_technician_and_one_without_a_name_is_not_called_by_the_present_ones() -> None:
    (other,) = _told(_entry("assigned", f"job:{UUID(int=77)}"))
    (unnamed,) = _told(_entry("assigned"), names=False)

    assert other.said == unnamed.said == {"who": ""}


@pytest.mark.parametrize(
    ("entry", "key"),
    [
        (_entry("closed", REPORTER), "closed-own"),
        (_entry("closed", "wang"), "closed"),
        (_entry("closed", "system"), "closed-unconfirmed"),
        (_entry("reopened", REPORTER, detail={"reason": "又漏"}), "reopened-own"),
        (_entry("cancelled", "wang", detail={"reason": "重复"}), "cancelled"),
        (
            _entry("cancelled", "wang", detail={"duplicate_of": "x", "reference": "DEMO-1-A"}),
            "merged",
        ),
        (_entry("unmerged", "wang"), "unmerged"),
        (_entry("amended", "wang", detail={"changed": [], "merged": "DEMO-2-B"}), "joined"),
        (_entry("amended", REPORTER, detail={"changed": ["answers"]}), "amended-own"),
        (_entry("reclassified", REPORTER, detail={"danger": "爆裂"}), "raised"),
        (_entry("reclassified", "wang", detail={"reason": "误报"}), "reclassified"),
        (_entry("unassigned", detail={"reason": "病了"}), "unassigned"),
        (_entry("unassigned", detail={"follow_up": True, "note": "缺件"}), "follow-up"),
        (_entry("held", "wang", detail={"reason": "waiting_parts"}), "held-parts"),
        (_entry("held", detail={"reason": "something else"}), "held"),
        (_entry("released"), "released"),
        (_entry("resolved", detail={"note": "换了接头"}), "resolved"),
        (_entry("resolved", "wang", detail={"note": "已转告"}), "settled"),
        (_entry("cancel_requested", REPORTER), "cancel-requested"),
        (_entry("cancel_refused", "wang", detail={"reason": "已到楼下"}), "cancel-refused"),
        (_entry("urged", REPORTER, detail={"times": 1}), "urged-own"),
        (_entry("imported", "import"), "imported"),
    ],
)
def test_each_thing_has_its_words(entry: dict[str, Any], key: str) -> None:
    (line,) = _told(entry)

    assert _key(line) == key
    detail = entry.get("detail", {})
    assert line.text in (detail.get("note"), detail.get("reason"), "水管漏水", "")


@pytest.mark.parametrize(
    "entry",
    [
        _entry("amended", "wang", detail={"changed": ["followers"]}),
        _entry("amended", "wang", detail={"changed": ["told"]}),
        _entry("earlier_work", "dispatch"),
        _entry("something_new", "wang"),
        _entry("comment", "", text=None),
        _entry("appointed", "wang", detail={"start": "soon"}),
        _entry("attached", REPORTER, detail={"attachment_id": str(UUID(int=99))}),
        _entry("rated", "other", detail={}),
    ],
)
def test_what_says_nothing_to_a_resident_is_left_out(entry: dict[str, Any]) -> None:
    assert _told(entry) == []


def test_photos_that_come_at_once_are_one_line() -> None:
    (line,) = _told(
        _entry("attached", REPORTER, detail={"attachment_id": str(_PHOTO)}),
        _entry("attached", REPORTER, detail={"attachment_id": str(_OTHER_PHOTO)}),
    )

    assert _key(line) == "photo-own"
    assert line.photos == (_PHOTO, _OTHER_PHOTO)


def test_photos_of_two_people_are_two_lines() -> None:
    told = _told(
        _entry("attached", REPORTER, detail={"attachment_id": str(_PHOTO)}),
        _entry("attached", detail={"attachment_id": str(_OTHER_PHOTO)}),
    )

    assert [_key(line) for line in told] == ["photo-technician", "photo-own"]


def test_a_comment_says_whose_it_is_and_shows_its_photos() -> None:
    told = _told(
        _entry("comment", REPORTER, text="门开着", by_staff=False),
        _entry("comment", text="带了配件", by_technician=True, by_staff=False),
        _entry("comment", "wang", text="收到", by_staff=True),
        _entry(
            "comment", "neighbour", text="我家也漏", detail={"attachments": [str(_PHOTO), "no id"]}
        ),
    )

    assert [_key(line) for line in told] == [
        "said-others",
        "said-staff",
        "said-technician",
        "said-own",
    ]
    assert told[0].photos == (_PHOTO,)
    assert told[2].said == {"who": "王师傅"}


def test_a_visit_is_told_with_its_window() -> None:
    window = {"start": "2026-01-21T01:00:00+00:00", "end": "2026-01-21T03:00:00+00:00"}

    told = _told(
        _entry("appointed", "wang", detail={**window, "proposed": True}),
        _entry("appointed", REPORTER, detail=window),
        _entry("appointed", REPORTER, detail={**window, "cancelled": True}),
    )

    assert [_key(line) for line in told] == ["visit-cancelled", "visit-agreed", "visit-offered"]
    assert {name for line in told for name in line.said} == {"from", "to"}
