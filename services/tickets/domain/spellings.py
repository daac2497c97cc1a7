"""How people write a unit: the values of `3栋2单元1202`, `３－１２０２` or `Bldg 3, apt 1202`, and
what each may stand for.

Which of the readings there is, is for `known_units.py` to say.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import product

_MAX_VALUES = 4


class Level(IntEnum):
    """A level of a site, the widest first."""

    BUILDING = 0
    ENTRANCE = 1
    FLOOR = 2
    ROOM = 3


_Levels = frozenset[Level]
_ANY: _Levels = frozenset(Level)
_BUILDING = frozenset({Level.BUILDING})
_ENTRANCE = frozenset({Level.ENTRANCE})
_FLOOR = frozenset({Level.FLOOR})
_ROOM = frozenset({Level.ROOM})

_AFTER: dict[str, _Levels] = {
    **dict.fromkeys(("号楼", "号栋", "号幢", "号座", "栋楼", "座楼", "栋", "幢", "座"), _BUILDING),
    **dict.fromkeys(("#楼", "#栋", "#幢", "#座", "号公寓", "公寓"), _BUILDING),
    **dict.fromkeys(("单元门", "号单元", "单元", "号门", "门", "号梯", "梯"), _ENTRANCE),
    **dict.fromkeys(("号层", "层楼", "层"), _FLOOR),
    **dict.fromkeys(("号房间", "号房", "号室", "房间", "房", "室", "号户", "户"), _ROOM),
    "楼": _BUILDING | _FLOOR,
    "号": _BUILDING | _ENTRANCE | _ROOM,
}
"""What a word says of the value before it; of the next one, where that one is something else."""
_BEFORE: dict[str, _Levels] = {
    **dict.fromkeys(("楼栋号", "楼栋", "楼号", "栋号", "幢号", "座号"), _BUILDING),
    "单元号": _ENTRANCE,
    **dict.fromkeys(("楼层号", "楼层", "层号"), _FLOOR),
    **dict.fromkeys(("房间号", "房号", "室号", "户号", "门牌号", "门牌"), _ROOM),
}
"""What a heading, as in a form, says of the next value."""
_LATIN: dict[str, _Levels] = {
    **dict.fromkeys(("building", "bldg", "bld", "block", "blk", "tower", "twr"), _BUILDING),
    **dict.fromkeys(
        ("entrance", "entry", "ent", "staircase", "stairwell", "stair", "core"), _ENTRANCE
    ),
    **dict.fromkeys(("floor", "flr", "fl", "level", "lvl", "storey", "story"), _FLOOR),
    **dict.fromkeys(("apartment", "apt", "room", "rm", "flat", "suite", "ste"), _ROOM),
    "unit": _ENTRANCE | _ROOM,
}
_HASH = _BUILDING | _ROOM
_FILLERS = frozenset(
    ("no", "nr", "num", "number", "the", "in", "at", "of", "i", "live", "my", "is")
)
_SPELT = {
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
}
_LITERAL = "\ue000-\uf8ff"
"""Characters for private use: `known_units.py` puts one where a building's name stands."""


def _any_of(words: Collection[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_TOKEN = re.compile(
    rf"(?P<literal>[{_LITERAL}])|(?P<before>{_any_of(_BEFORE)})|(?P<after>{_any_of(_AFTER)})"
    rf"|(?P<hash>#)|(?P<word>[0-9a-z]+)|(?P<gap>[^\w#{_LITERAL}]+|[_第的我住在家里])|(?P<strange>.)",
    re.DOTALL,
)
_GLUED = re.compile(rf"(?:(?:{_any_of(_LATIN)})[0-9]+)*(?:{_any_of(_LATIN)})[0-9]+[a-z]?")
_GLUED_PART = re.compile(r"[0-9]+(?:[a-z]$)?|[a-z]+")
_ORDINAL = re.compile(r"([0-9]+)(?:st|nd|rd|th)")
_LETTERS_THEN_DIGITS = re.compile(r"([0-9]*[a-z]+)([0-9]{2,})")
_TOWER_T = re.compile(r"t([0-9]{1,2})")
_FLOOR_F = re.compile(r"([0-9]{1,2})f")
_PLAIN_WORD = re.compile(r"[a-z]{3,}")


@dataclass(frozen=True, kw_only=True)
class Value:
    """A number or letters, and the levels that the words before and after it leave open."""

    text: str
    before: _Levels = _ANY
    after: _Levels = _ANY

    @property
    def levels(self) -> _Levels:
        return self.before & self.after

    @property
    def is_marked(self) -> bool:
        return self.levels != _ANY


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What the values may stand for; `marked` are the levels that the words say something of."""

    room: str
    building: str | None = None
    entrance: str | None = None
    floor: str | None = None
    marked: _Levels = frozenset()
    entrance_may_be_building: bool = False


@dataclass(frozen=True, kw_only=True)
class Spelling:
    """What was written: its values, and whether there is more that nothing is known about."""

    values: tuple[Value, ...]
    says_more: bool

    def readings(self) -> Iterator[Reading]:
        """Yield every way to understand the values, each once at most for every way to cut them."""
        for values in _cuts(self.values) if len(self.values) <= _MAX_VALUES else ():
            if 0 < len(values) <= _MAX_VALUES:
                for levels in product(*(sorted(value.levels) for value in values)):
                    if _may_stand(levels, values):
                        yield _reading(levels, values)


def spellings_of(folded: str, *, known: Collection[str]) -> Sequence[Spelling]:
    """Return how the text may be taken apart: a Latin word such as `tower` may belong to the value
    after it or to the one before it.

    A word of three letters or more that is not `known` as a code says more than a place.
    """
    by_next = _taken_apart(folded, known=known, prefer_next=True)
    by_last = _taken_apart(folded, known=known, prefer_next=False)
    return (by_next,) if by_next == by_last else (by_next, by_last)


def _taken_apart(folded: str, *, known: Collection[str], prefer_next: bool) -> Spelling:
    values: list[Value] = []
    pending: _Levels | None = None
    says_more = touches = False

    def mark_last(levels: _Levels) -> bool:
        """Say of the last value what it is, if it may be that."""
        if not values or not values[-1].levels & levels:
            return False
        values[-1] = replace(values[-1], after=values[-1].after & levels)
        return True

    for kind, text, levels in _tokens(folded):
        if kind == "value":
            is_word = _PLAIN_WORD.fullmatch(text) is not None and text not in known
            says_more = says_more or is_word
            if not is_word:
                values.append(Value(text=text, before=levels if pending is None else pending))
                pending = None
        elif kind == "strange":
            says_more = True
        elif kind == "after" or (kind == "hash" and touches and not values[-1].is_marked):
            if pending is not None or not mark_last(levels):
                pending = levels
        elif kind == "latin" and (not prefer_next or pending is not None):
            unmarked = pending is None and bool(values) and not values[-1].is_marked
            if not (unmarked and mark_last(levels)):
                if pending is not None:
                    mark_last(pending)
                pending = levels
        elif kind != "gap":
            pending = levels
        touches = kind == "value" and bool(values)
    if pending is not None:
        mark_last(pending)
    return Spelling(values=tuple(values), says_more=says_more)


def _tokens(folded: str) -> Iterator[tuple[str, str, _Levels]]:
    """Yield kind, text and levels of each token."""
    for found in _TOKEN.finditer(folded):
        kind, text = str(found.lastgroup), found[0]
        if kind == "literal":
            yield "value", text, _BUILDING
        elif kind == "word":
            yield from _word(text)
        elif kind == "after":
            is_heading = folded[found.end() :].lstrip().startswith(":")
            yield "before" if is_heading else "after", text, _AFTER[text]
        elif kind == "before":
            yield kind, text, _BEFORE[text]
        else:
            yield kind, text, _HASH if kind == "hash" else _ANY


def _word(text: str) -> Iterator[tuple[str, str, _Levels]]:
    if text in _FILLERS:
        yield "gap", text, _ANY
    elif text in _LATIN:
        yield "latin", text, _LATIN[text]
    elif _GLUED.fullmatch(text):
        for part in _GLUED_PART.findall(text):
            yield ("latin", part, _LATIN[part]) if part in _LATIN else ("value", part, _ANY)
    elif text in _SPELT:
        yield "value", _SPELT[text], _ANY
    elif ordinal := _ORDINAL.fullmatch(text):
        yield "value", ordinal[1], _ANY
    else:
        yield "value", text, _ANY


def _cuts(values: tuple[Value, ...]) -> Iterator[tuple[Value, ...]]:
    """Yield the values as they are, and with one of them cut: `b1202` may be `b` and `1202`, `t3`
    the third tower, `12f` the twelfth floor. A heading of the whole (`unit 3-1202`) says nothing of
    its first value.
    """
    yield values
    if len(values) > 1 and Level.ROOM in values[0].before and values[0].before != _ANY:
        yield (replace(values[0], before=_ANY), *values[1:])
    for n, value in enumerate(values):
        if cut := _LETTERS_THEN_DIGITS.fullmatch(value.text):
            first = Value(text=cut[1], before=value.before)
            yield (*values[:n], first, Value(text=cut[2], after=value.after), *values[n + 1 :])
        elif (tower := _TOWER_T.fullmatch(value.text)) and Level.BUILDING in value.levels:
            yield (*values[:n], Value(text=tower[1], after=_BUILDING), *values[n + 1 :])
        elif (floor := _FLOOR_F.fullmatch(value.text)) and Level.FLOOR in value.levels:
            yield (*values[:n], Value(text=floor[1], after=_FLOOR), *values[n + 1 :])


def _may_stand(levels: tuple[Level, ...], values: tuple[Value, ...]) -> bool:
    """Return whether there is one room and each level once, from wide to narrow. In another order
    all but one have to be named, and the building is said.
    """
    if Level.ROOM not in levels or len(set(levels)) < len(levels):
        return False
    in_order = list(levels) == sorted(levels)
    unnamed = sum(len(value.levels) > 1 for value in values)
    return in_order or (unnamed <= 1 and Level.BUILDING in levels)


def _reading(levels: tuple[Level, ...], values: tuple[Value, ...]) -> Reading:
    said = dict(zip(levels, values, strict=True))
    text = {level: value.text for level, value in said.items()}
    entrance = said.get(Level.ENTRANCE)
    return Reading(
        building=text.get(Level.BUILDING),
        entrance=text.get(Level.ENTRANCE),
        floor=text.get(Level.FLOOR),
        room=text[Level.ROOM],
        marked=frozenset(level for level, value in said.items() if value.is_marked),
        entrance_may_be_building=entrance is not None and Level.BUILDING in entrance.levels,
    )
