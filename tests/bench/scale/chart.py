"""The figures of a run as a picture: for each question where few and where many tickets stand on a
logarithmic scale.
"""

import re
from collections.abc import Iterator, Mapping
from html import escape
from math import ceil, floor, log10

from tests.bench.scale.figures import GOAL, Figures, milliseconds

_WIDTH, _LEFT, _RIGHT = 980, 462, 884
_TOP, _ROW, _BOTTOM = 74, 19, 26
_BAD = 2.0

# Light and dark as in the product's pages: cool is as it should be, warm is not.
_STYLE = """
.paper{fill:#f2f5f3}.h{font-size:16px;font-weight:600;fill:#13201c}.t{font-size:12px;fill:#13201c}.s{font-size:11.5px;fill:#47574f}
.n{font-size:12px;font-variant-numeric:tabular-nums;text-anchor:end}.grid{stroke:#d8e0dc}.way{stroke-width:2}.few{stroke-width:1.8}
.ok{fill:#0a6a5b;stroke:#17907c}.risk{fill:#854900;stroke:#c77700}.late{fill:#a8231a;stroke:#c9301f}
text.ok,text.risk,text.late{stroke:none}circle.few{fill:#f2f5f3}
@media (prefers-color-scheme:dark){.paper{fill:#0b1210}.h,.t{fill:#e7efeb}.s{fill:#adbcb5}.grid{stroke:#26332e}circle.few{fill:#0b1210}
.ok{fill:#63cbb4;stroke:#35a68e}.risk{fill:#f3b75c;stroke:#dc982c}.late{fill:#ff9a88;stroke:#ef6450}}"""


def draw(measured: Mapping[str, Figures], *, title: str) -> str:
    """Return the picture as SVG, in the order in which things were asked."""
    lowest, highest = _decades(measured)
    height = _TOP + _ROW * len(measured) + _BOTTOM
    scale = (_RIGHT - _LEFT) / (highest - lowest)

    def x_of(ms: float) -> float:
        return _LEFT + (log10(ms) - lowest) * scale

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        'font-family="system-ui, sans-serif" role="img" '
        f'aria-label="{escape(title)}">',
        f"<style>{_STYLE}</style>",
        f'<rect width="{_WIDTH}" height="{height}" rx="10" class="paper"/>',
        f'<text x="24" y="30" class="h">{escape(title)}</text>',
        '<text x="24" y="50" class="s">time, logarithmic: a ring beside few tickets, a dot '
        "beside many; "
        f"green up to × {GOAL:g}, amber up to × {_BAD:g}, red beyond</text>",
    ]
    for decade in range(lowest, highest + 1):
        x, below = x_of(10**decade), height - _BOTTOM + 4
        lines.append(f'<line x1="{x:.1f}" y1="{_TOP - 6}" x2="{x:.1f}" y2="{below}" class="grid"/>')
        lines.append(
            f'<text x="{x:.1f}" y="{below + 13}" text-anchor="middle" '
            f'class="s">{_tick(decade)}</text>'
        )
    for number, (name, figures) in enumerate(measured.items()):
        lines += _row(
            name,
            figures,
            _TOP + _ROW * number + _ROW // 2,
            x_of(_shown(figures["empty_ms"])),
            x_of(_shown(figures["full_ms"])),
        )
    return "\n".join([*lines, "</svg>", ""])


def _row(name: str, figures: Figures, y: int, few_x: float, many_x: float) -> Iterator[str]:
    colour = "ok" if figures["ratio"] <= GOAL else "risk" if figures["ratio"] <= _BAD else "late"
    from_to = f"{milliseconds(figures['empty_ms'])} ms, {milliseconds(figures['full_ms'])} ms"
    yield (
        f'<g><title>{escape(name)}: {from_to}</title><text x="24" y="{y + 4}" '
        f'class="t">{escape(_label(name))}</text>'
    )
    yield f'<line x1="{few_x:.1f}" y1="{y}" x2="{many_x:.1f}" y2="{y}" class="way {colour}"/>'
    yield (
        f'<circle cx="{few_x:.1f}" cy="{y}" r="4.6" class="few {colour}"/><circle '
        f'cx="{many_x:.1f}" cy="{y}" r="3" class="{colour}"/>'
    )
    yield (
        f'<text x="{_WIDTH - 24}" y="{y + 4}" class="n {colour}">× '
        f"{figures['ratio']:.2f}</text></g>"
    )


def _label(name: str) -> str:
    """Return the name as short as it stays clear."""
    return re.sub(r"\{\w+\}", "…", name.replace("/v1/", "/"))


def _tick(decade: int) -> str:
    """Return so many milliseconds, as a power of ten, in words."""
    return f"{10**decade:g} ms" if decade < 3 else f"{10 ** (decade - 3):g} s"


def _decades(measured: Mapping[str, Figures]) -> tuple[int, int]:
    """Return the powers of ten between which all figures lie."""
    all_ms = [
        _shown(figures[name]) for figures in measured.values() for name in ("empty_ms", "full_ms")
    ]
    lowest = floor(log10(min(all_ms)))
    return lowest, max(ceil(log10(max(all_ms))), lowest + 1)


def _shown(ms: float) -> float:
    """Return what a logarithm can be taken of."""
    return max(ms, 0.01)
