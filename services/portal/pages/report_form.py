"""The form of a report, as residents fill it in at home and guests at a code on a wall."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.portal.actions.report import PhotoAnswer
from services.portal.domain.language import as_language
from services.portal.domain.reporting import Wrong, answers_in, tiles, wrongs_in
from services.portal.domain.sent_file import SentFile
from services.portal.pages.page import Page, Submitted

_ACCESS = {
    "call": "resident-access-said-call",
    "knock": "resident-access-said-knock",
    "key": "resident-access-said-key",
}


@dataclass(frozen=True, kw_only=True)
class ReadReport:
    """What tickets is sent, and the photos; `wrongs` stand against sending it."""

    body: Mapping[str, Any]
    photos: Sequence[SentFile]
    answers: Sequence[PhotoAnswer]
    wrongs: Sequence[Wrong] = field(default_factory=tuple)


def read_report(
    page: Page, form: Submitted, site: Mapping[str, Any], place: Mapping[str, Any]
) -> ReadReport:
    """Return the report that the form makes, of that place."""
    language = as_language(form.fields.get("lang")) or page.language
    chosen = form.text("category")
    category = next((each for each in tiles(site, language).all if each.code == chosen), None)
    questions = category.questions if category else ()
    answers, wrongs = answers_in(questions, form.fields)
    photos = [file for file in form.files_of("photo") if file.size_bytes]
    photo_answers = [
        PhotoAnswer(question=each.code, file=file)
        for each in questions
        if each.kind == "photo"
        for file in form.files_of(each.field)[-1:]
        if file.size_bytes
    ]
    has_photo = bool(photos or photo_answers or form.lost)
    text = form.text("text")
    access = _ACCESS.get(form.text("access"))
    said = page.state.messages.translate(language)(access) if access else ""
    body = {
        "site_id": site["id"],
        "category": chosen,
        "description": "\n".join(each for each in (text, said) if each),
        "answers": answers,
        "language": language,
        **place,
    }
    wrongs = [*wrongs_in(form.fields, place, has_photo=has_photo), *wrongs]
    return ReadReport(body=body, photos=photos, answers=photo_answers, wrongs=wrongs)


def place_of_code(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the place of a code as a report names it."""
    if found["spot"]:
        return {"spot": found["spot"]}
    if found["unit"]:
        key = (found["building"], found["entrance"], found["unit"])
        return {"unit": "-".join(each for each in key if each)}
    location = {"lat": found["lat"], "lon": found["lon"]}
    there = {"location": location} if found["lat"] is not None else {}
    return {"address": found["name"] or found["building"], **there}
