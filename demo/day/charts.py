"""Charts as inline SVG, drawn here: colours come from the page's style, so that they follow light,
dark and paper.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import log10

WIDTH = 880
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 28, 26
LOG_TICKS_S = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
BAR_HEIGHT, BAR_GAP, LABEL_WIDTH = 18, 8, 150


@dataclass(frozen=True, kw_only=True)
class Band:
    """A stretch of the x axis with a name, such as a fault."""

    name: str
    begins: float
    ends: float


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A bar of parts; a part is (class of its colour, size)."""

    label: str
    parts: Sequence[tuple[str, float]]
    note: str = ""


def waits(
    points: Sequence[tuple[float, float]],
    line: Sequence[tuple[float, float]],
    bands: Sequence[Band],
    *,
    span: tuple[float, float],
    ticks: Mapping[float, str],
    label: str,
    height: int = 300,
) -> str:
    """Return a chart of seconds, on a logarithmic axis, over the day: a dot each and a line."""
    low, high = span
    seconds = [max(y, LOG_TICKS_S[0]) for _, y in (*points, *line)] or [1.0]
    top_s = next((tick for tick in LOG_TICKS_S if tick >= max(seconds)), LOG_TICKS_S[-1])

    def x(value: float) -> float:
        return LEFT + (value - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        share = log10(max(value, LOG_TICKS_S[0]) / LOG_TICKS_S[0]) / log10(top_s / LOG_TICKS_S[0])
        return height - BOTTOM - share * (height - TOP - BOTTOM)

    parts = []
    for band in bands:
        left, wide = x(band.begins), max(x(band.ends) - x(band.begins), 2.0)
        parts.append(_rect("band", left, TOP, wide, height - TOP - BOTTOM))
        parts.append(_text("note", left + wide / 2, TOP - 8, band.name, anchor="middle"))
    for tick in LOG_TICKS_S:
        if tick <= top_s:
            parts.append(_line("grid", LEFT, y(tick), WIDTH - RIGHT, y(tick)))
            parts.append(_text("axis", LEFT - 6, y(tick) + 4, _seconds(tick), anchor="end"))
    for at, name in ticks.items():
        parts.append(_text("axis", x(at), height - 8, name, anchor="middle"))
    parts += [
        f'<circle class="dot" cx="{x(at):.1f}" cy="{y(value):.1f}" r="2.2"/>'
        for at, value in points
    ]
    way = " ".join(f"{x(at):.1f},{y(value):.1f}" for at, value in line)
    parts.append(f'<polyline class="line" points="{way}"/>')
    return _svg(parts, height, label)


def stacked(bars: Sequence[Bar], *, label: str) -> str:
    """Return horizontal bars, each as long as all its parts; a note stands behind each."""
    longest = max((sum(size for _, size in bar.parts) for bar in bars), default=0.0) or 1.0
    room = WIDTH - LABEL_WIDTH - 120
    parts = []
    for number, bar in enumerate(bars):
        top = number * (BAR_HEIGHT + BAR_GAP)
        parts.append(_text("label", LABEL_WIDTH - 8, top + BAR_HEIGHT - 4, bar.label, anchor="end"))
        left = float(LABEL_WIDTH)
        for colour, size in bar.parts:
            wide = size / longest * room
            if wide > 0:
                parts.append(_rect(colour, left, top, wide, BAR_HEIGHT))
            left += wide
        parts.append(_text("note", left + 6, top + BAR_HEIGHT - 4, bar.note))
    return _svg(parts, max(len(bars), 1) * (BAR_HEIGHT + BAR_GAP), label)


def columns(
    counts: Sequence[tuple[str, float]],
    *,
    label: str,
    bands: Sequence[tuple[int, int, str]] = (),
    height: int = 200,
) -> str:
    """Return a column for each count; a band spans columns from one to another, both included."""
    highest = max((count for _, count in counts), default=0.0) or 1.0
    pitch = (WIDTH - LEFT - RIGHT) / max(len(counts), 1)
    every = max(1, round(len(counts) / 24))
    parts = []
    for first, last, name in bands:
        left, wide = LEFT + first * pitch, (last - first + 1) * pitch
        parts.append(_rect("band", left, TOP, wide, height - TOP - BOTTOM))
        parts.append(_text("note", left + wide / 2, TOP - 8, name, anchor="middle"))
    for share in (0.0, 0.5, 1.0):
        level = height - BOTTOM - share * (height - TOP - BOTTOM)
        parts.append(_line("grid", LEFT, level, WIDTH - RIGHT, level))
        parts.append(_text("axis", LEFT - 6, level + 4, f"{highest * share:g}", anchor="end"))
    for number, (name, count) in enumerate(counts):
        tall = count / highest * (height - TOP - BOTTOM)
        left = LEFT + number * pitch + 1
        parts.append(_rect("kept", left, height - BOTTOM - tall, max(pitch - 2, 1.0), tall))
        if number % every == 0:
            parts.append(_text("axis", left + pitch / 2, height - 8, name, anchor="middle"))
    return _svg(parts, height, label)


def _svg(parts: Sequence[str], height: int, label: str) -> str:
    name = escape(label)
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{name}">'
        f"<title>{name}</title>{''.join(parts)}</svg>"
    )


def _rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    where = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect class="{kind}" {where}/>'


def _line(kind: str, x: float, y: float, to_x: float, to_y: float) -> str:
    where = f'x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}"'
    return f'<line class="{kind}" {where}/>'


def _text(kind: str, x: float, y: float, words: str, *, anchor: str = "start") -> str:
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def _seconds(value: float) -> str:
    return f"{value * 1000:g} ms" if value < 1 else f"{value:g} s"
