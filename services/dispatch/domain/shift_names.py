"""Shifts as a rota names them: by their times, or by names that it explains or that are usual."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from shared.importing.wrong import WrongCell
from shared.remarks import Remark

Times = tuple[int, int]
"""Minutes of the wall's clock since midnight, from and to; until the next day where `to` is not
after `from`."""
_USUAL: Mapping[str, Times] = {
    "早": (8 * 60, 16 * 60),
    "中": (16 * 60, 24 * 60),
    "夜": (0, 8 * 60),
    "晚": (16 * 60, 24 * 60),
    "全天": (0, 24 * 60),
}
_OFF = frozenset(("休", "休息", "公休", "轮休", "off", "rest", "leave", "假", "休假", "请假"))
_NOTHING = frozenset(("/", "-", "—", "无", "x", "×", "✗", "✘", "否", "no"))
_YES = frozenset(("√", "✓", "✔", "☑", "是", "上班", "yes", "true"))
_CLOCK = r"([01]?[0-9]|2[0-4])[:时点]([0-5][0-9])?分?"
_RANGE = re.compile(rf"{_CLOCK}\s*(?:[-–—~至到]|--)+\s*(?:次日|翌日)?\s*{_CLOCK}")
_LEGEND = re.compile(
    rf"(?P<name>[^\s:,;。()（）0-9]{{1,8}}?)班?\s*[:(]?\s*(?P<times>{_RANGE.pattern})"
)


class Legend:
    """When shifts begin and end by their names: as the list's titles say, else as is usual."""

    def __init__(self, titles: Iterable[str]) -> None:
        self._said = {
            _named(found.group("name")): _times(found.group("times"))
            for title in titles
            for found in _LEGEND.finditer(_plain(title))
        }
        self.guessed: dict[str, Times] = {}
        """Names that were taken as is usual."""

    def shifts(self, said: str, column: str) -> tuple[Times, ...] | None:
        """Return the shifts of a cell, none for a day without; None for one of leave. Raises
        WrongCell.
        """
        plain = _plain(said)
        if plain in _OFF:
            return None
        if plain in _NOTHING:
            return ()
        if said_itself := [_times(range[0]) for range in _RANGE.finditer(plain)]:
            return _in_order(said_itself, column)  # as in `早班 08:00-16:00`
        names = [part for part in re.split(r"[、,;/+&()\s]+", plain) if part]
        return _in_order([self._named(name, column) for name in names], column)

    def _named(self, name: str, column: str) -> Times:
        short = _named(name)
        if short in self._said:
            return self._said[short]
        if short in _USUAL:
            self.guessed[name] = _USUAL[short]
            return _USUAL[short]
        raise WrongCell(
            column,
            "unknown_shift",
            "has '{shift}', of which no times are known: write 08:00-16:00, or above the headings "
            "{shift} 08:00-16:00",
            shift=name,
        )

    def remarks(self) -> list[Remark]:
        """Return what was guessed."""
        return [
            Remark.of(
                "guessed_shift",
                "{shift} is taken as {start}–{end}, since no title says its times",
                shift=name,
                start=_wall(start),
                end=_wall(end),
            )
            for name, (start, end) in self.guessed.items()
        ]


def _in_order(found: Sequence[Times], column: str) -> tuple[Times, ...]:
    for start, end in found:
        if start == end or start == 24 * 60:
            raise WrongCell(column, "empty_shift", "has to end at another time than it begins")
    return tuple(dict.fromkeys(found))


def _times(range: str) -> Times:
    found = _RANGE.fullmatch(range)
    assert found is not None  # noqa: S101 - it was found by the same
    begin_h, begin_min, end_h, end_min = (int(part or 0) for part in found.groups())
    return _minutes(begin_h, begin_min), _minutes(end_h, end_min)


def _minutes(hours: int, minutes: int) -> int:
    return min(60 * hours + minutes, 24 * 60)


def is_yes(said: str) -> bool:
    """Return whether a cell says that the day is worked, and not when."""
    return _plain(said) in _YES


def time_of_day(said: str) -> str:
    """Return a time of day as a spreadsheet leaves it, as `08:00`."""
    found = re.match(r"([0-9]{1,2}):([0-9]{2})", _plain(said).rpartition(" ")[2])
    return f"{found[1]}:{found[2]}" if found else said


def _wall(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _named(name: str) -> str:
    return name.removesuffix("班").casefold()


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
