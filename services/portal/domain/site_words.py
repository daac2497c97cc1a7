"""What a site calls its categories, their questions, and the options of these."""

from collections.abc import Iterable, Mapping
from typing import Any


def name_of(thing: Mapping[str, Any], language: str) -> str:
    """Return what a category, a question or an option is called, in the language if it can be; its
    code where it has no name.
    """
    names = thing.get("names") or {}
    named = names.get(language) or names.get("en") or next(iter(names.values()), "")
    return str(named or thing.get("code", ""))


def category_names(site: Mapping[str, Any], language: str) -> dict[str, str]:
    """Return what the site calls its categories, by code."""
    return {each["code"]: name_of(each, language) for each in site.get("categories", ())}


def answers_in_words(
    site: Mapping[str, Any], category: str, answers: Mapping[str, str], language: str
) -> list[tuple[str, str]]:
    """Return the questions that were answered, in words, with the answers; not those that a photo
    answers, which stands among the photos.
    """
    questions = {
        question["code"]: question
        for known in site.get("categories", ())
        if known["code"] == category
        for question in known.get("questions", ())
    }
    asked = [(questions.get(code, {"code": code}), said) for code, said in answers.items() if said]
    return [
        (name_of(question, language), _answer(question, said, language))
        for question, said in asked
        if question.get("kind") != "photo"
    ]


def checklist_of(site: Mapping[str, Any], category: str) -> list[Mapping[str, Any]]:
    """Return what a technician is to look at before a job of the category is completed."""
    return [
        item
        for known in site.get("categories", ())
        if known["code"] == category
        for item in known.get("checklist", ())
    ]


def checked_in_words(
    site: Mapping[str, Any], category: str, checked: Iterable[Mapping[str, Any]], language: str
) -> list[tuple[str, bool]]:
    """Return the items that a report ticks or leaves, in words, each with whether it was done."""
    items = {item["code"]: item for item in checklist_of(site, category)}
    return [(name_of(items.get(each["code"], each), language), each["done"]) for each in checked]


def _answer(question: Mapping[str, Any], said: str, language: str) -> str:
    """Return the answer; of a choice, what the option is called."""
    options = question.get("options", ())
    option = next((each for each in options if each["code"] == said), None)
    if option is not None:
        return name_of(option, language)
    unit = question.get("unit")
    return f"{said} {unit}" if unit else said
