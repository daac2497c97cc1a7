"""Every kind has its words in every language."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from services.notify.adapters.wording import words_for
from services.notify.domain.kinds import Kind, Language
from services.notify.domain.reply_fault import ReplyFault

NOW = datetime(2026, 11, 20, tzinfo=UTC)
DUE = {"arrival": "2026-11-21T00:00:00Z", "resolution": "2026-11-21T09:00:00Z"}
DATA = {
    "reference": "DEMO-1042-K",
    "technician": "王强",
    "planned_arrival": "2026-11-21T00:30:00Z",
    "due": DUE,
    "reason": "waiting_parts",
    "merged_into": "DEMO-1001-A",
    "clock": "arrival",
    "threshold": 75,
    "due_at": "2026-11-21T00:00:00Z",
    "priority": "urgent",
    "barred": [],
    "asked": 3,
    "why": "not_taken",
    "close_after_working_days": None,
    "codes": ["lacks_skill", "off_shift"],
    "state": "open",
    "danger": ["着火"],
    "url": "https://example.com",
    "words": "We will come {{ 7 * 7 }} at four",
    "expires_at": "2026-11-21T00:03:00Z",
    "start": "2026-11-21T00:00:00Z",
    "end": "2026-11-21T02:00:00Z",
    "moved": True,
    "held": False,
    "by_technician": False,
    "times": 2,
    "changed": ["description", "place"],
    "speed": 1,
    "quality": 5,
    "manner": 5,
    "call_back": True,
    "job": {"reference": "DEMO-1042-K", "priority": "urgent", "summary": "Burst pipe", "due": DUE},
    "pool_until": "2026-11-21T00:10:00Z",
    "certificate": "low_voltage",
    "expires_on": "2026-12-31",
    "own": False,
    "decision": "accept",
    "faults": ["arrival_not_a_time"],
    "is_new": True,
    "questions": [{"question": "valve", "why": "unanswered", "names": {"zh-CN": "总阀关了吗？"}}],
}
ABOUT_A_TICKET = [
    kind for kind in Kind if not kind.startswith(("endpoint.", "certificate.", "login."))
]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_title_and_a_text(kind: Kind, language: Language) -> None:
    title, text = words_for(kind, language, DATA, zone="Asia/Shanghai")

    assert title
    assert "\n" not in title
    assert text
    assert "{" not in title


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", ABOUT_A_TICKET)
def test_every_message_about_a_ticket_has_its_reference_in_the_title(
    kind: Kind, language: Language
) -> None:
    title, _ = words_for(kind, language, DATA, zone="Asia/Shanghai")

    assert "DEMO-1042-K" in title


@pytest.mark.parametrize("kind", ABOUT_A_TICKET)
def test_what_is_not_known_yet_is_left_out(kind: Kind) -> None:
    bare = {
        **DATA,
        "due": {},
        "technician": None,
        "planned_arrival": None,
        "reason": None,
        "job": {**DATA["job"], "due": {}},  # type: ignore[dict-item]
    }

    title, text = words_for(kind, Language.ENGLISH, bare, zone=None)

    assert "None" not in title + text


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    "kind",
    [
        Kind.TICKET_RESOLVED,
        Kind.TICKET_FOLLOW_UP,
        Kind.TICKET_ANSWERED,
        Kind.TICKET_HELD,
        Kind.TICKET_CANCEL_REFUSED,
        Kind.TICKET_COMMENTED,
        Kind.TICKET_OBJECTED,
        Kind.TICKET_RATED,
        Kind.TICKET_WITHDRAWN,
        Kind.TICKET_CANCEL_REQUESTED,
    ],
)
def test_what_a_person_wrote_is_whole_in_the_message(kind: Kind, language: Language) -> None:
    written = "Do not drink the water. " * 150

    _, text = words_for(kind, language, DATA, zone=None, words=written)

    assert written.strip() in text


@pytest.mark.parametrize("decision", ["accept", "decline", None])
@pytest.mark.parametrize("fault", ReplyFault)
def test_what_could_not_be_read_of_a_reply_is_said_in_one_language_alone(
    fault: ReplyFault, decision: str | None
) -> None:
    data = {"reference": "1042", "faults": [fault.value], "decision": decision}

    english = "\n".join(words_for(Kind.REPLY_UNREADABLE, Language.ENGLISH, data, zone=None))
    chinese = "\n".join(words_for(Kind.REPLY_UNREADABLE, Language.CHINESE, data, zone=None))

    assert english.isascii()
    assert not re.search("[A-Za-z]", chinese)
    assert english.count("\n") == chinese.count("\n") == 2


def test_times_are_told_in_the_sites_zone_or_said_to_be_in_utc() -> None:
    _, there = words_for(Kind.TICKET_RECEIVED, Language.ENGLISH, DATA, zone="Asia/Shanghai")
    _, unknown = words_for(Kind.TICKET_RECEIVED, Language.ENGLISH, DATA, zone="Nowhere/Atall")

    assert "Sat 21 Nov 2026, 08:00." in there
    assert "Sat 21 Nov 2026, 00:00 UTC." in unknown


@pytest.mark.parametrize(
    ("language", "this_year", "next_year"),
    [
        (Language.ENGLISH, "Sat 21 Nov, 08:00", "Fri 1 Jan 2027, 00:30"),
        (Language.CHINESE, "11月21日（周六）08:00", "2027年1月1日（周五）00:30"),
    ],
)
def test_times_have_date_and_weekday_and_the_year_where_it_is_another(
    language: Language, this_year: str, next_year: str
) -> None:
    later = {**DATA, "due": {"arrival": "2026-12-31T16:30:00Z"}}

    _, soon = words_for(Kind.TICKET_RECEIVED, language, DATA, zone="Asia/Shanghai", now=NOW)
    _, far = words_for(Kind.TICKET_RECEIVED, language, later, zone="Asia/Shanghai", now=NOW)

    assert this_year in soon
    assert "2026" not in soon
    assert next_year in far


@pytest.mark.parametrize(
    ("language", "end", "told"),
    [
        (Language.ENGLISH, "2026-11-21T02:00:00Z", "Sat 21 Nov, 08:00 to 10:00"),
        (Language.CHINESE, "2026-11-21T02:00:00Z", "11月21日（周六）08:00至10:00"),
        (Language.ENGLISH, "2026-11-22T02:00:00Z", "Sat 21 Nov, 08:00 to Sun 22 Nov, 10:00"),
    ],
)
def test_a_visit_is_told_from_when_to_when(language: Language, end: str, told: str) -> None:
    data = {**DATA, "end": end}

    _, text = words_for(Kind.TICKET_APPOINTED, language, data, zone="Asia/Shanghai", now=NOW)

    assert told in text


_VISIT = {"start": "2026-11-21T00:00:00Z", "end": "2026-11-21T02:00:00Z"}
CHANGES = {
    "urged": {"urged": {"times": 2, "at": "2026-11-21T00:00:00Z"}},
    "visit": {"visit": _VISIT},
    "cancel_requested_at": {"cancel_requested_at": "2026-11-21T00:00:00Z"},
    "held": {"held": True},
    "answers": {"answers": {"1": "2"}},
    "location": {"location": {"building": "3", "unit": "1202"}},
    "preferred_windows": {
        "preferred_windows": [{"start": "2026-11-21T00:00:00Z", "end": "2026-11-22T02:00:00Z"}]
    },
    "priority": {},
    "category": {},
    "skills": {},
    "resumed": {},
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_technician_reads_what_has_changed_in_one_language(name: str) -> None:
    job = {**DATA["job"], "summary": "1", "due": {}, **CHANGES[name]}  # type: ignore[dict-item]
    data = {**DATA, "job": job, "changed": [name]}

    texts = {
        language: words_for(Kind.JOB_CHANGED, language, data, zone="Asia/Shanghai", now=NOW)[1]
        for language in Language
    }

    assert all(len(text.splitlines()) == 2 for text in texts.values()), texts
    assert not any(sign.isascii() and sign.isalpha() for sign in texts[Language.CHINESE])
    assert texts[Language.ENGLISH].isascii()


def test_a_technician_reads_of_a_proposed_visit_that_it_is_not_agreed_yet() -> None:
    def told(visit: dict[str, Any]) -> list[str]:
        job = {**DATA["job"], "summary": "1", "due": {}, "visit": visit}  # type: ignore[dict-item]
        data = {**DATA, "job": job, "changed": ["visit"]}
        return [words_for(Kind.JOB_CHANGED, each, data, zone=None)[1] for each in Language]

    agreed, proposed = told(_VISIT), told({**_VISIT, "proposed": True})

    assert ["约定 " in agreed[0], "is agreed for" in agreed[1]] == [True, True]
    assert ["待业主确认" in proposed[0], "has yet to confirm" in proposed[1]] == [True, True]


@pytest.mark.parametrize(
    ("days", "english", "chinese"),
    [
        (None, "closes after 72 hours.", "72 小时内"),
        (1, "closes after one working day.", "1 个工作日内"),
        (5, "closes after 5 working days.", "5 个工作日内"),
    ],
)
def test_how_long_there_is_to_object_is_said_as_the_site_has_it(
    days: int | None, english: str, chinese: str
) -> None:
    data = {**DATA, "close_after_working_days": days}

    assert english in words_for(Kind.TICKET_RESOLVED, Language.ENGLISH, data, zone=None)[1]
    assert chinese in words_for(Kind.TICKET_RESOLVED, Language.CHINESE, data, zone=None)[1]


def test_what_people_wrote_is_not_a_template() -> None:
    _, text = words_for(Kind.TICKET_ANSWERED, Language.ENGLISH, DATA, zone=None)

    assert text == "We will come {{ 7 * 7 }} at four"


@pytest.mark.parametrize(
    ("tag", "language"),
    [("en", "en"), ("en-GB", "en"), ("zh-CN", "zh-CN"), ("zh", "zh-CN"), ("fr", "zh-CN")],
)
def test_the_nearest_shipped_language_is_spoken(tag: str, language: str) -> None:
    assert Language.of(tag) == language


def test_a_merge_is_told_in_plain_words_and_asks_for_nothing_anew() -> None:
    chinese = " ".join(words_for(Kind.TICKET_MERGED, Language.CHINESE, DATA, zone=None))
    english = " ".join(words_for(Kind.TICKET_MERGED, Language.ENGLISH, DATA, zone=None))

    for words in (chinese, english):
        assert "DEMO-1042-K" in words
        assert "DEMO-1001-A" in words
    assert not re.search("[A-Za-z]", re.sub("DEMO-[0-9]+-[A-Z]", "", chinese))
    assert english.isascii()
    assert "重新" not in chinese
    assert "again" not in english


JOB = {
    **DATA["job"],  # type: ignore[dict-item]
    "location": {"building": "5", "entrance": "2", "unit": "1202", "address": "后门进"},
    "preferred_windows": [{"start": "2026-11-21T00:00:00Z", "end": "2026-11-21T02:00:00Z"}],
}
VISIT = {"start": "2026-11-22T00:00:00Z", "end": "2026-11-22T02:00:00Z"}
PROPOSED = {**VISIT, "proposed": True, "stands_at": "2026-11-21T12:00:00Z"}


@pytest.mark.parametrize("kind", [Kind.JOB_OFFERED, Kind.JOB_ACCEPTED])
def test_a_technician_reads_where_to_go_and_when(kind: Kind) -> None:
    def text_of(**job: object) -> str:
        data = {**DATA, "job": {**JOB, **job}}
        return words_for(kind, Language.ENGLISH, data, zone="Asia/Shanghai", now=NOW)[1]

    wanted, agreed, proposed = text_of(), text_of(visit=VISIT), text_of(visit=PROPOSED)

    assert "\nWhere: 5-2-1202, 后门进\n" in wanted
    assert "Times that suit the resident: Sat 21 Nov, 08:00 to 10:00" in wanted
    assert "be there by Sat 21 Nov, 08:00." in wanted
    assert "The visit is agreed for Sun 22 Nov, 08:00 to 10:00." in agreed
    assert "stands unless the resident objects by Sat 21 Nov, 20:00." in proposed
    assert "be there by" not in agreed + proposed


@pytest.mark.parametrize(
    ("language", "says"), [(Language.ENGLISH, "now 5-2-1202"), (Language.CHINESE, "：5-2-1202")]
)
def test_a_place_that_has_changed_is_told_with_its_entrance(language: Language, says: str) -> None:
    data = {**DATA, "changed": ["location"], "job": JOB}

    _, text = words_for(Kind.JOB_CHANGED, language, data, zone=None)

    assert says in text


def test_a_sentence_of_a_person_ends_once() -> None:
    def text_of(language: Language, words: str) -> str:
        return words_for(Kind.TICKET_CANCELLED, language, DATA, zone=None, words=words)[1]

    assert "It works again. If" in text_of(Language.ENGLISH, "It works again.")
    assert "It works again. If" in text_of(Language.ENGLISH, "It works again")
    assert "修好了！如" in text_of(Language.CHINESE, "修好了！")
    assert "修好了。如" in text_of(Language.CHINESE, "修好了")


@pytest.mark.parametrize(
    ("barred", "says"), [(1, "One technician was"), (2, "2 technicians"), (50, "50 or more tech")]
)
def test_technicians_are_counted_in_english_as_one_counts(barred: int, says: str) -> None:
    data = {**DATA, "barred": [{"technician_id": "li", "codes": []}] * barred}

    assert says in words_for(Kind.JOB_UNASSIGNABLE, Language.ENGLISH, data, zone=None)[1]


@pytest.mark.parametrize("language", Language)
def test_a_resident_and_the_desk_read_of_a_visit_each_what_is_theirs(language: Language) -> None:
    desk = {**DATA, **VISIT}
    resident = {name: value for name, value in desk.items() if name != "state"}

    texts = [
        words_for(kind, language, data, zone=None)[at]
        for kind, at in ((Kind.TICKET_APPOINTED, 1), (Kind.TICKET_VISIT_CANCELLED, 0))
        for data in (desk, resident)
    ]

    assert len(set(texts)) == 4
    theirs = {Language.ENGLISH: "please say so on the ticket", Language.CHINESE: "告诉我们"}
    assert [theirs[language] in text for text in texts] == [False, True, False, False]


def test_why_a_job_is_lost_is_said_where_it_is_known() -> None:
    def text_of(reason: str, **more: Any) -> str:
        data = {**DATA, "reason": reason, "words": None}
        return words_for(Kind.JOB_CANCELLED, Language.ENGLISH, data, zone=None, **more)[1]

    assert text_of("ticket_cancelled").startswith("The request was cancelled. Please do not")
    assert text_of("ticket_cancelled", words="It fixed itself").startswith(
        "The request was cancelled. “It fixed itself” Please do not"
    )
    assert text_of("my car broke down").startswith("Please do not")
