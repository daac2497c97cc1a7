"""Charts that print: lines over months with a goal, and bars from 0."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, log10

from services.portal.domain.drawing.text_width import text_width

_TEXT = 13.0
_LINE_GAP = 16.0
"""The least distance between two words at the ends of lines."""
_BAR_STEP = 31.0
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)

_X = Callable[[int], float]
_Y = Callable[[float], float]


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line: its name, and a value for each label; None where there is none."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, kw_only=True)
class Level:
    y: float
    word: str


@dataclass(frozen=True, kw_only=True)
class Dot:
    x: float
    y: float
    r: float = 4.0


@dataclass(frozen=True, kw_only=True)
class Mark:
    x: float
    word: str
    anchor: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line in pieces, with gaps where a value is missing; `word` stands at its end."""

    number: int
    paths: tuple[str, ...]
    dots: tuple[Dot, ...]
    word: str
    word_x: float
    word_y: float


@dataclass(frozen=True, kw_only=True)
class Trend:
    width: float
    height: float
    left: float
    right: float
    ticks: tuple[Level, ...]
    goal: Level | None
    marks: tuple[Mark, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class BarIn:
    """One bar: its word, how long it is, and the number as it is said."""

    word: str
    value: float
    said: str


@dataclass(frozen=True, kw_only=True)
class Bar:
    word: str
    said: str
    y: float
    text_y: float
    width: float
    beyond: bool


@dataclass(frozen=True, kw_only=True)
class Bars:
    width: float
    height: float
    left: float
    room: float
    bars: tuple[Bar, ...]
    goal_x: float | None
    goal_word: str


def draw_trend(
    series: Sequence[Series],
    labels: Sequence[str],
    *,
    goal: float | None = None,
    unit: str = "",
    top: float | None = None,
    is_narrow: bool = False,
) -> Trend:
    """Return the lines, for a wide place or a narrow one.

    `unit` is written after each number of the scale; `top` is what no value can pass, such as 100
    percent.
    """
    width, height = (340.0, 240.0) if is_narrow else (640.0, 340.0)
    known = [value for each in series for value in each.values if value is not None]
    ticks = _scale([*known, *([] if goal is None else [goal])], top)
    left = max(text_width(f"{_number(tick)}{unit}", _TEXT) for tick in ticks) + 10
    words = {each.name: _last_word(each) for each in series}
    right = width - max((text_width(word, _TEXT) for word in words.values()), default=0.0) - 16
    floor_y, roof_y = height - 32, 12.0

    def y_of(value: float) -> float:
        share = (value - ticks[0]) / (ticks[-1] - ticks[0])
        return round(floor_y - share * (floor_y - roof_y), 1)

    def x_of(index: int) -> float:
        step = (right - left - 12) / max(1, len(labels) - 1)
        return (
            round(left + 6 + index * step, 1) if len(labels) > 1 else round((left + right) / 2, 1)
        )

    lines = [
        _line(number, each, words[each.name], x_of, y_of) for number, each in enumerate(series, 1)
    ]
    return Trend(
        width=width,
        height=height,
        left=round(left, 1),
        right=round(right, 1),
        ticks=tuple(Level(y=y_of(tick), word=f"{_number(tick)}{unit}") for tick in ticks),
        goal=None if goal is None else Level(y=y_of(goal), word=f"{_number(goal)}{unit}"),
        marks=_marks(labels, x_of, right - left),
        lines=_apart(lines, floor_y),
    )


def draw_bars(items: Sequence[BarIn], *, goal: float | None = None, goal_word: str = "") -> Bars:
    """Return the bars in the order they are given; what is beyond the goal says so."""
    width = 400.0
    left = max((text_width(item.word, _TEXT) for item in items), default=0.0) + 12
    left = min(left, 150.0)
    said = max((text_width(item.said, _TEXT) for item in items), default=0.0)
    room = width - left - said - 30
    longest = max([item.value for item in items] + [goal or 0.0]) * 1.08 or 1.0
    return Bars(
        width=width,
        height=len(items) * _BAR_STEP + 30,
        left=round(left, 1),
        room=round(room, 1),
        bars=tuple(
            Bar(
                word=item.word,
                said=item.said,
                y=round(6 + n * _BAR_STEP, 1),
                text_y=round(6 + n * _BAR_STEP + 14, 1),
                width=round(max(0.0, item.value) / longest * room, 1),
                beyond=goal is not None and item.value > goal,
            )
            for n, item in enumerate(items)
        ),
        goal_x=None if goal is None else round(left + goal / longest * room, 1),
        goal_word=goal_word,
    )


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _last_word(series: Series) -> str:
    last = next((value for value in reversed(series.values) if value is not None), None)
    return series.name if last is None else f"{series.name} {last:g}"


def _scale(values: Sequence[float], top: float | None) -> list[float]:
    """Return four to seven round numbers that all values lie between."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    if high - low < 1e-9:
        low, high = low - 1, high + 1
    rough = (high - low) / 4
    magnitude = 10.0 ** floor(log10(rough))
    step = next(each * magnitude for each in _STEPS if each * magnitude >= rough)
    first, last = floor(low / step), ceil(high / step)
    ticks = [round(n * step, 6) for n in range(first, last + 1)]
    if low >= 0:
        ticks = [tick for tick in ticks if tick >= 0]
    return [tick for tick in ticks if top is None or tick <= top] or [0.0, 1.0]


def _line(number: int, series: Series, word: str, x_of: _X, y_of: _Y) -> Line:
    pieces: list[list[tuple[float, float]]] = [[]]
    for index, value in enumerate(series.values):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append((x_of(index), y_of(value)))
    drawn = [piece for piece in pieces if piece]
    dots = [Dot(x=x, y=y, r=3.0) for (x, y), *rest in drawn[:-1] if not rest]
    if drawn:
        dots.append(Dot(x=drawn[-1][-1][0], y=drawn[-1][-1][1]))
    return Line(
        number=number,
        paths=tuple(
            "M" + "L".join(f"{x:g} {y:g}" for x, y in piece) for piece in drawn if len(piece) > 1
        ),
        dots=tuple(dots),
        word=word if drawn else "",
        word_x=drawn[-1][-1][0] + 10 if drawn else 0.0,
        word_y=drawn[-1][-1][1] + 4 if drawn else 0.0,
    )


def _marks(labels: Sequence[str], x_of: _X, room: float) -> tuple[Mark, ...]:
    """Return as many of the labels as stand side by side, the last one always."""
    widest = max((text_width(label, _TEXT) for label in labels), default=0.0) + 8
    each = max(1, ceil(len(labels) * widest / max(1.0, room)))
    last = len(labels) - 1
    return tuple(
        Mark(x=x_of(index), word=label, anchor="middle")
        for index, label in enumerate(labels)
        if (last - index) % each == 0
    )


def _apart(lines: Sequence[Line], floor_y: float) -> tuple[Line, ...]:
    """Return the lines with the words at their ends so far apart that each is read."""
    order = sorted(range(len(lines)), key=lambda index: lines[index].word_y)
    places = [lines[index].word_y for index in order]
    for n in range(1, len(places)):
        places[n] = max(places[n], places[n - 1] + _LINE_GAP)
    if places and places[-1] > floor_y:
        places[-1] = floor_y
        for n in range(len(places) - 2, -1, -1):
            places[n] = min(places[n], places[n + 1] - _LINE_GAP)
    moved = dict(zip(order, places, strict=True))
    return tuple(replace(line, word_y=round(moved[index], 1)) for index, line in enumerate(lines))
