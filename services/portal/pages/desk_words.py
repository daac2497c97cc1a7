"""How the desk's pages say what they know: moments, spans, places, sentences."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, cast

from jinja2.runtime import Context

from services.portal.adapters.moments import day_clock, span, zone_of
from services.portal.domain.desk.sentence import Sentence, Value
from services.portal.domain.place_words import PlaceName, place_name
from services.portal.domain.site_words import checked_in_words
from services.portal.pages.own_sentences import said_anew
from services.portal.pages.page import Page
from shared.contracts.tickets import Place


class Words:
    """Says things on a page whose times are a site's."""

    def __init__(self, page: Page, zone: str | None) -> None:
        self._page, self._zone = page, zone

    def say(self, sentence: Sentence) -> str:
        """Return the sentence in the page's language."""
        said = {name: self._value(value) for name, value in sentence.said.items()}
        return self._page.t(sentence.key, **said)

    def moment(self, at: datetime) -> str:
        """Return the hour, with the day where it is another than today."""
        return str(day_clock(self._context, at))

    def date(self, at: datetime) -> str:
        """Return the day by its month and number."""
        there = at.astimezone(zone_of(self._zone))
        month = self._page.t(f"moment-month-{there.month}")
        return self._page.t("moment-day", month=month, day=str(there.day))

    def span(self, length: timedelta) -> str:
        return str(span(self._context, length))

    def reason(self, usual: str, words: str) -> str:
        """Return a reason: the usual one by its message, where there is one, and what was
        written.
        """
        said = (self._page.t(usual) if usual else "", said_anew(self._page, words, self._zone))
        return self.listed(each for each in said if each)

    def checked(
        self, site: Mapping[str, Any], category: str, checklist: Iterable[Mapping[str, Any]]
    ) -> list[tuple[str, bool]]:
        """Return the items of the category's checklist that a report ticks or leaves, each with
        whether it was done.
        """
        return checked_in_words(site, category, checklist, self._page.language)

    def listed(self, items: Iterable[str]) -> str:
        """Return several things as one text."""
        return self._page.t("desk-list-comma").join(items)

    def place(self, site: Mapping[str, Any], place: Place) -> str:
        """Return where that is, in one line."""
        return self.named(place_name(site, place))

    def named(self, place: PlaceName) -> str:
        """Return a place by its names, in one line; words for one that is not known."""
        if place.unit and place.entrance:
            return self._page.t(
                "desk-place-entrance-unit",
                building=place.building,
                entrance=place.entrance,
                unit=place.unit,
            )
        if place.unit:
            return self._page.t("desk-place-unit", building=place.building, unit=place.unit)
        named = place.spot or place.building or place.words
        return named or self._page.t("desk-place-unknown")

    def _value(self, value: Value) -> str | int:
        match value:
            case datetime():
                return self.moment(value)
            case timedelta():
                return self.span(value)
            case tuple():
                return self.listed(value)
            case _:
                return value

    @cached_property
    def _context(self) -> Context:
        """What the filters of templates read of a context."""
        return cast(Context, {"t": self._page.t, "now": self._page.now, "zone": self._zone})
