"""A site's categories: what may be reported, and what becomes of it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from services.portal.domain.settings.difference import Body, Told
from services.portal.domain.settings.site_basics import Say
from services.portal.domain.settings.written import Unreadable, Wrong, read_list, read_number

PRIORITIES = ("emergency", "urgent", "normal", "low")
NATURES = ("fault", "complaint", "praise", "suggestion", "enquiry", "request")
ROADS = ("dispatch", "desk")
QUESTION_KINDS = ("text", "number", "choice", "photo")
SPARE_QUESTIONS = 2
"""Empty rows of questions that the form has below those there are."""

PRIORITY_WORDS = {code: f"priority-{code}" for code in PRIORITIES}
NATURE_WORDS = {
    "fault": "desk-settings-nature-fault",
    "complaint": "desk-settings-nature-complaint",
    "praise": "desk-settings-nature-praise",
    "suggestion": "desk-settings-nature-suggestion",
    "enquiry": "desk-settings-nature-enquiry",
    "request": "desk-settings-nature-request",
}
ROAD_WORDS = {"dispatch": "desk-settings-road-dispatch", "desk": "desk-settings-road-desk"}
KIND_WORDS = {
    "text": "desk-settings-question-text",
    "number": "desk-settings-question-number",
    "choice": "desk-settings-question-choice",
    "photo": "desk-settings-question-photo",
}
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_SKILL = re.compile(r"([a-z0-9][a-z0-9_-]{0,39})(?:\s*[:：]\s*([1-5]))?")
_OPTION = re.compile(r"([a-z0-9][a-z0-9_-]{0,39})\s*[=＝]\s*(.+)")

NEW: Body = {
    "code": "",
    "names": {},
    "skills": [],
    "priority": "normal",
    "expected_minutes": 60,
    "questions": [],
    "nature": "fault",
    "road": "dispatch",
}


def find(site: Body, code: str) -> Body | None:
    return next((each for each in site["categories"] if each["code"] == code), None)


def with_category(site: Body, code: str | None, category: Body) -> Body:
    """Return the site with the category in the place of the one with that code, or at the end."""
    categories = [category if each["code"] == code else each for each in site["categories"]]
    if find(site, code or "") is None:
        categories.append(category)
    return {**site, "categories": categories}


def without_category(site: Body, code: str) -> Body:
    return {**site, "categories": [each for each in site["categories"] if each["code"] != code]}


def fields_of(category: Body) -> dict[str, str]:
    return {
        "code": category["code"],
        "name_zh": category["names"].get("zh-CN", ""),
        "name_en": category["names"].get("en", ""),
        "priority": category["priority"],
        "nature": category["nature"],
        "road": category["road"],
        "expected_minutes": str(category["expected_minutes"]),
        "skills": write_skills(category["skills"]),
        "checklist": "\n".join(_option_line(item) for item in _checklist_of(category)),
        **_question_fields(category["questions"]),
    }


def changed(
    category: Body, form: Mapping[str, str], *, taken: Sequence[str]
) -> tuple[Body, list[Wrong]]:
    """Return the category as the form has it, and what of the form is wrong; `taken` are the codes
    of others.
    """
    wrongs: list[Wrong] = []
    code = category["code"] or form.get("code", "").strip().lower()
    if not _CODE.fullmatch(code):
        wrongs.append(Wrong(name="code", key="desk-settings-wrong-code"))
    if not category["code"] and code in taken:
        wrongs.append(Wrong(name="code", key="desk-settings-wrong-taken", values={"value": code}))
    names = _names(category["names"], form.get("name_zh", ""), form.get("name_en", ""))
    if not names:
        wrongs.append(Wrong(name="name_zh", key="desk-settings-wrong-empty"))
    checklist = _options(_checklist_of(category), form.get("checklist", ""), "checklist", wrongs)
    return {
        **category,
        "code": code,
        "names": names,
        "priority": _one_of(form.get("priority"), PRIORITIES, category["priority"]),
        "nature": _one_of(form.get("nature"), NATURES, category["nature"]),
        "road": _one_of(form.get("road"), ROADS, category["road"]),
        "expected_minutes": _try(wrongs, "expected_minutes", lambda: read_number(
            form.get("expected_minutes", ""), least=1, most=10_000), 60),
        "skills": _try(wrongs, "skills", lambda: read_skills(form.get("skills", "")), []),
        "questions": _questions(category["questions"], form, wrongs),
        # a tickets of the release before takes no checklist, not even an empty one
        **({"checklist": checklist} if checklist or "checklist" in category else {}),
    }, wrongs  # fmt: skip


def told(category: Body | None, t: Say) -> list[Told]:
    """Return the category in words; nothing of none."""
    if category is None:
        return []
    return [
        (t("desk-settings-category-code"), category["code"]),
        (t("desk-settings-name-zh"), category["names"].get("zh-CN", "")),
        (t("desk-settings-name-en"), category["names"].get("en", "")),
        (t("desk-settings-category-priority"), t(PRIORITY_WORDS[category["priority"]])),
        (t("desk-settings-category-nature"), t(NATURE_WORDS[category["nature"]])),
        (t("desk-settings-category-road"), t(ROAD_WORDS[category["road"]])),
        (
            t("desk-settings-category-minutes"),
            t("desk-settings-minutes", n=category["expected_minutes"]),
        ),
        (t("desk-settings-category-skills"), write_skills(category["skills"])),
        (
            t("desk-settings-category-checklist"),
            t("desk-list-comma").join(_in_both(item) for item in _checklist_of(category)),
        ),
        (
            t("desk-settings-category-questions"),
            ", ".join(each["code"] for each in category["questions"]),
        ),
        *(
            (
                t("desk-settings-category-question", code=each["code"]),
                question_in_words(each, t),
            )
            for each in category["questions"]
        ),
    ]


def question_in_words(question: Body, t: Say) -> str:
    """Return a question as one sentence."""
    demanded = t("desk-settings-demanded") if question["required"] else t("desk-settings-optional")
    options = t("desk-list-comma").join(_in_both(each) for each in question["options"])
    said = [_in_both(question), t(KIND_WORDS[question["kind"]]), demanded, options]
    return " · ".join(each for each in said if each)


def read_skills(text: str) -> list[dict[str, Any]]:
    """Return `plumbing:2, electrical` as skills with levels; 1 where none is said."""
    skills = []
    for each in read_list(text):
        found = _SKILL.fullmatch(each.lower())
        if found is None:
            raise Unreadable("desk-settings-wrong-skill", value=each)
        skills.append({"code": found[1], "level": int(found[2] or 1)})
    return skills


def write_skills(skills: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(
        each["code"] if each.get("level", 1) == 1 else f"{each['code']}:{each['level']}"
        for each in skills
    )


def _checklist_of(category: Body) -> Sequence[Body]:
    """Return the category's checklist; of a tickets of the release before, which has none, an empty
    one.
    """
    checklist: Sequence[Body] = category.get("checklist", ())
    return checklist


def _question_fields(questions: Sequence[Body]) -> dict[str, str]:
    fields = {"questions": str(len(questions) + SPARE_QUESTIONS)}
    for n, each in enumerate(questions):
        fields |= {
            f"q{n}_code": each["code"],
            f"q{n}_zh": each["names"].get("zh-CN", ""),
            f"q{n}_en": each["names"].get("en", ""),
            f"q{n}_kind": each["kind"],
            f"q{n}_required": "1" if each["required"] else "",
            f"q{n}_options": "\n".join(_option_line(option) for option in each["options"]),
        }
    return fields


def _questions(before: Sequence[Body], form: Mapping[str, str], wrongs: list[Wrong]) -> list[Body]:
    known, questions = {each["code"]: each for each in before}, []
    for n in range(min(_number(form.get("questions")), 20)):
        code = form.get(f"q{n}_code", "").strip().lower()
        if not code:
            continue  # an empty row, or one that is to go
        if not _CODE.fullmatch(code):
            wrongs.append(Wrong(name=f"q{n}_code", key="desk-settings-wrong-code"))
            continue
        old = known.get(code, {"names": {}, "min": None, "max": None, "unit": None, "options": []})
        kind = _one_of(form.get(f"q{n}_kind"), QUESTION_KINDS, "text")
        is_number = kind == "number"
        if kind == "choice" and not form.get(f"q{n}_options", "").strip():
            wrongs.append(Wrong(name=f"q{n}_options", key="desk-settings-wrong-empty"))
        questions.append(
            {
                "code": code,
                "names": _names(old["names"], form.get(f"q{n}_zh", ""), form.get(f"q{n}_en", "")),
                "required": form.get(f"q{n}_required") == "1",
                "kind": kind,
                **{name: old[name] if is_number else None for name in ("min", "max", "unit")},
                "options": _options(
                    old["options"], form.get(f"q{n}_options", ""), f"q{n}_options", wrongs
                )
                if kind == "choice"
                else [],
            }
        )
    return questions


def _options(before: Sequence[Body], text: str, name: str, wrongs: list[Wrong]) -> list[Body]:
    """Return lines of the field such as `leak=漏水 / Leak` as options. A line that is as it was
    shown is the option as it is, with the names that a line does not say.
    """
    shown = {_option_line(each): each for each in before}
    names = {each["code"]: each["names"] for each in before}
    options = []
    for line in (each.strip() for each in text.splitlines()):
        if not line:
            continue
        if line in shown:
            options.append(shown[line])
            continue
        found = _OPTION.fullmatch(line)
        if found is None:
            wrongs.append(
                Wrong(name=name, key="desk-settings-wrong-option", values={"value": line})
            )
            continue
        chinese, _, english = found[2].partition(" / " if " / " in found[2] else "/")
        old = names.get(found[1], {})
        options.append({"code": found[1], "names": _names(old, chinese, english)})
    return options


def _option_line(option: Body) -> str:
    chinese, english = option["names"].get("zh-CN", ""), option["names"].get("en", "")
    return f"{option['code']}={chinese}{f' / {english}' if english else ''}"


def _in_both(thing: Body) -> str:
    """Return the names of a question or an option that its form shows; its code where it has
    none.
    """
    names = [thing["names"].get(language, "") for language in ("zh-CN", "en")]
    return " / ".join(each for each in names if each) or str(thing["code"])


def _names(before: Mapping[str, str], chinese: str, english: str) -> dict[str, str]:
    """Return the names with those two as they are written; other languages stay."""
    given = {"zh-CN": chinese.strip(), "en": english.strip()}
    return {name: text for name, text in {**before, **given}.items() if text}


def _one_of(text: str | None, codes: Sequence[str], otherwise: str) -> str:
    return text if text is not None and text in codes else otherwise


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 3 else 0


def _try(wrongs: list[Wrong], name: str, read: Any, otherwise: Any) -> Any:
    try:
        return read()
    except Unreadable as error:
        wrongs.append(Wrong(name=name, key=error.key, values=error.values))
        return otherwise
