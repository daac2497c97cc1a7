"""Settings as people write them."""

import pytest

from services.portal.domain.settings import calendars, categories, rules
from services.portal.domain.settings.categories import PRIORITIES
from services.portal.domain.settings.difference import Body, Difference, differences
from services.portal.domain.settings.written import (
    Unreadable,
    read_hours,
    read_list,
    read_number,
    read_numbers,
    read_span,
    write_hours,
    write_span,
)


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("30m", "PT30M"), ("30 分钟", "PT30M"), ("90分", "PT90M"), ("2h", "PT2H"),
        ("2 hours", "PT2H"), ("2小时", "PT2H"), ("1d", "P1D"), ("3 天", "P3D"), ("3 days", "P3D"),
        ("P1DT4H", "P1DT4H"), ("pt45m", "PT45M"), ("", None), ("–", None), (" - ", None),
    ],
)  # fmt: skip
def test_spans_are_written_as_people_say_them(written: str, iso: str | None) -> None:
    assert read_span(written) == iso


@pytest.mark.parametrize("written", ["soon", "2", "h", "2h30", "-1h", "P", "PT", "2w", "９９h時"])
def test_what_is_no_span_is_refused(written: str) -> None:
    with pytest.raises(Unreadable):
        read_span(written)


@pytest.mark.parametrize("iso", ["PT30M", "PT2H", "P1D", "P1DT4H", None])
def test_a_span_is_read_back_as_it_was(iso: str | None) -> None:
    assert read_span(write_span(iso)) == iso


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("08:00-12:00 13:30-18:00", "08:00-12:00 13:30-18:00"),
        ("8:00–12:00、13：30~18：00", "08:00-12:00 13:30-18:00"),
        ("22:00至06:00", "22:00-06:00"),
        ("00:00-24:00", "00:00-24:00"),
        ("", ""),
    ],
)
def test_hours_are_written_in_any_hand(written: str, hours: str) -> None:
    assert write_hours(read_hours(written)) == hours


@pytest.mark.parametrize("written", ["morning", "8-12", "25:00-26:00", "08:00-12:00 and so on"])
def test_what_is_no_hours_is_refused(written: str) -> None:
    with pytest.raises(Unreadable):
        read_hours(written)


def test_numbers_lie_between_bounds() -> None:
    assert read_number(" 7 ", least=1, most=9) == 7
    for text in ("", "0", "10", "-1", "1.5", "seven", "９", "1" * 40):
        with pytest.raises(Unreadable):
            read_number(text, least=1, most=9)


def test_lists_are_written_with_any_comma_and_have_nothing_twice() -> None:
    assert read_list("漏电，煤气味、漏电\n被困") == ["漏电", "煤气味", "被困"]
    assert read_numbers("90%, 50 75、50", least=1, most=99) == [50, 75, 90]


def test_a_difference_is_what_is_not_the_same() -> None:
    before, after = [("a", "1"), ("b", "2"), ("gone", "x")], [("a", "1"), ("b", "3"), ("new", "y")]

    assert differences(before, after) == [
        Difference(name="b", before="2", after="3"),
        Difference(name="new", before="", after="y"),
        Difference(name="gone", before="x", after=""),
    ]


def test_skills_have_levels() -> None:
    skills = categories.read_skills("plumbing:2, electrical，lift：5")

    assert categories.write_skills(skills) == "plumbing:2, electrical, lift:5"
    for text in ("水管工", "plumbing:9", "plumbing 2"):
        with pytest.raises(Unreadable):
            categories.read_skills(text)


def _say(key: str, **said: str) -> str:
    return " ".join([key, *map(str, said.values())])


_CALENDAR = {
    "site_id": "demo",
    "time_zone": "Asia/Shanghai",
    "always_open": False,
    "week": [{"weekday": 1, "start": "08:00", "end": "12:00"}],
    "holidays": {"code": "DE", "subdivision": "BY"},
    "days": [
        {"date": "2026-10-10", "name": "调休", "hours": [], "like_weekday": 6},
        {"date": "2026-10-01", "name": "国庆", "hours": [], "like_weekday": None},
        {"date": "2026-12-31", "name": "", "hours": [{"start": "08:00", "end": "12:00"}],
         "like_weekday": None},
    ],
}  # fmt: skip


def test_a_calendar_is_read_back_as_it_was_written() -> None:
    changed, wrongs = calendars.changed(_CALENDAR, calendars.fields_of(_CALENDAR))

    assert (changed, wrongs) == (_CALENDAR, [])


def test_each_line_that_is_no_day_is_said() -> None:
    form = {**calendars.fields_of(_CALENDAR), "days": "2026-10-10 =9\n国庆\n2026-10-01 closed"}

    changed, wrongs = calendars.changed(_CALENDAR, form)

    assert [wrong.values["value"] for wrong in wrongs] == ["2026-10-10 =9", "国庆"]
    assert [day["date"] for day in changed["days"]] == ["2026-10-01"]


_CATEGORY: Body = {
    "code": "plumbing",
    "names": {"zh-CN": "给排水", "en": "Plumbing", "fr": "Plomberie"},
    "skills": [{"code": "plumbing", "level": 2}],
    "priority": "normal",
    "expected_minutes": 60,
    "questions": [
        {"code": "area", "names": {"zh-CN": "多大"}, "required": False, "kind": "number",
         "min": 1, "max": 90, "unit": "m²", "options": []},
        {"code": "where", "names": {"zh-CN": "哪里", "en": "Where"}, "required": True,
         "kind": "choice", "min": None, "max": None, "unit": None,
         "options": [{"code": "bath", "names": {"zh-CN": "卫生间", "en": "Bathroom"}}]},
    ],
    "nature": "fault",
    "road": "dispatch",
    "checklist": [{"code": "water", "names": {"zh-CN": "试水不漏", "en": "No leak"}}],
}  # fmt: skip


def test_a_category_is_read_back_as_it_was_with_what_its_form_does_not_show() -> None:
    changed, wrongs = categories.changed(_CATEGORY, categories.fields_of(_CATEGORY), taken=[])

    assert (changed, wrongs) == (_CATEGORY, [])


def test_a_category_of_a_release_without_checklists_is_sent_without_one() -> None:
    earlier = {name: value for name, value in _CATEGORY.items() if name != "checklist"}
    form = categories.fields_of(earlier)

    same, wrongs = categories.changed(earlier, form, taken=[])
    new, _ = categories.changed(categories.NEW, {**form, "code": "lift"}, taken=[])

    assert (same, wrongs, form["checklist"]) == (earlier, [], "")
    assert ("desk-settings-category-checklist", "") in categories.told(earlier, _say)
    assert "checklist" not in new


_OPTIONS = [
    {"code": "leak", "names": {"en": "Leak"}},
    {"code": "meters", "names": {"zh-CN": "水/电", "en": "Water / power", "fr": "Compteurs"}},
    {"code": "other", "names": {}},
    {"code": "both", "names": {"zh-CN": "都有", "fr": "Les deux"}},
]


def test_options_that_are_not_touched_stay_as_they_are_and_others_keep_other_languages() -> None:
    where = {**_CATEGORY["questions"][1], "options": _OPTIONS}
    category = {**_CATEGORY, "questions": [where]}
    form = categories.fields_of(category)
    assert form["q0_options"].splitlines() == [
        "leak= / Leak",
        "meters=水/电 / Water / power",
        "other=",
        "both=都有",
    ]

    same, wrongs = categories.changed(category, form, taken=[])
    form["q0_options"] = "both=两样 / Both\nnew=新/New\nleak= / Leak"
    changed, _ = categories.changed(category, form, taken=[])

    assert (same, wrongs) == (category, [])
    assert changed["questions"][0]["options"] == [
        {"code": "both", "names": {"zh-CN": "两样", "fr": "Les deux", "en": "Both"}},
        {"code": "new", "names": {"zh-CN": "新", "en": "New"}},
        {"code": "leak", "names": {"en": "Leak"}},
    ]


def test_a_name_in_either_language_and_the_order_of_questions_are_told() -> None:
    form = categories.fields_of(_CATEGORY)
    renamed, _ = categories.changed(_CATEGORY, {**form, "q1_en": "In which room?"}, taken=[])
    ticked, _ = categories.changed(_CATEGORY, {**form, "checklist": "water=试水"}, taken=[])
    turned = {**_CATEGORY, "questions": [*reversed(_CATEGORY["questions"])]}

    def differs(category: Body) -> list[str]:
        before, after = (categories.told(each, _say) for each in (_CATEGORY, category))
        return [each.name for each in differences(before, after)]

    assert differs(ticked) == ["desk-settings-category-checklist"]
    assert differs(renamed) == ["desk-settings-category-question where"]
    assert differs(turned) == ["desk-settings-category-questions"]


_RULES: Body = {
    "mode": "plan",
    "modes": {},
    "certificates": {},
    "offer_lifetime_s": {"urgent": 90},
    "emergency_fan_out": 3,
    "pool_minutes": 10,
    "cooling_down_s": 45,
    "overtime_s": 0,
    "retry_s": 90,
    "assign_without_consent": False,
    "emergencies_interrupt": True,
    "max_distance_m": None,
}


def test_seconds_that_the_form_shows_as_minutes_stay_where_these_do() -> None:
    form = {**rules.fields_of(_RULES, []), **{f"lifetime_{each}": "90" for each in PRIORITIES}}

    same, wrongs = rules.changed(_RULES, form, [])
    changed, _ = rules.changed(_RULES, {**form, "retry_s": "3"}, [])

    assert wrongs == []
    assert (same["cooling_down_s"], same["retry_s"]) == (45, 90)
    assert (changed["cooling_down_s"], changed["retry_s"]) == (45, 180)


def test_a_question_whose_code_is_taken_out_is_gone() -> None:
    form = {**categories.fields_of(_CATEGORY), "q0_code": ""}

    changed, _ = categories.changed(_CATEGORY, form, taken=[])

    assert [each["code"] for each in changed["questions"]] == ["where"]


def test_a_new_category_has_a_code_that_no_other_has() -> None:
    form = {**categories.fields_of(categories.NEW), "code": "lift", "name_zh": "电梯"}

    _, wrongs = categories.changed(categories.NEW, form, taken=["lift"])

    assert [wrong.key for wrong in wrongs] == ["desk-settings-wrong-taken"]
