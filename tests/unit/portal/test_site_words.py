"""What a site calls its categories, their questions and options."""

from services.portal.domain.site_words import (
    answers_in_words,
    category_names,
    checked_in_words,
    checklist_of,
    name_of,
)

_SITE = {
    "categories": [
        {
            "code": "water",
            "names": {"zh-CN": "水管", "en": "Plumbing"},
            "questions": [
                {"code": "where", "kind": "choice", "names": {"zh-CN": "哪里漏"}, "options": [
                    {"code": "tap", "names": {"zh-CN": "龙头", "en": "Tap"}}, {"code": "wall"},
                ]},
                {"code": "area", "kind": "number", "names": {"en": "Area"}, "unit": "m²"},
                {"code": "picture", "kind": "photo", "names": {"en": "Photo"}},
            ],
            "checklist": [{"code": "dry", "names": {"en": "No leak"}}],
        },
        {"code": "pest", "names": {}},
    ]
}  # fmt: skip


def test_a_name_is_in_the_language_else_in_any_else_the_code() -> None:
    assert category_names(_SITE, "en") == {"water": "Plumbing", "pest": "pest"}
    assert name_of({"code": "x", "names": {"zh-CN": "虫害"}}, "en") == "虫害"
    assert name_of({"code": "x", "names": {"fr": "Eau", "en": "Water"}}, "zh-CN") == "Water"


def test_answers_are_told_in_words_and_photos_stand_elsewhere() -> None:
    answers = {"where": "tap", "area": "3", "picture": "0b1c", "old": "yes", "none": ""}

    assert answers_in_words(_SITE, "water", answers, "en") == [
        ("哪里漏", "Tap"),
        ("Area", "3 m²"),
        ("old", "yes"),
    ]
    assert answers_in_words(_SITE, "water", {"where": "wall"}, "en") == [("哪里漏", "wall")]


def test_a_checklist_is_told_in_words_and_what_it_has_no_more_by_its_code() -> None:
    checked = [{"code": "dry", "done": True}, {"code": "old", "done": False}]

    assert checked_in_words(_SITE, "water", checked, "en") == [("No leak", True), ("old", False)]
    assert checklist_of(_SITE, "pest") == []
