"""What is read on what, computed from the tokens in both themes (WCAG 2.2 §1.4.3, §1.4.11)."""

import re
from pathlib import Path

import pytest

import services.portal

CSS = Path(services.portal.__file__).parent / "static" / "css"
TEXT, GRAPHIC = 4.5, 3.0
STATES = ("ok", "risk", "late", "hold", "info", "mute")

Tokens = dict[str, str]


def _themes() -> tuple[Tokens, Tokens, Tokens]:
    """Return the light set, the dark one of the device, and the dark one that is chosen."""
    sheet = (CSS / "tokens.css").read_text("utf-8")
    light, device, chosen = re.split(r"@media screen[^{]*\{", sheet, maxsplit=2)
    return _tokens(light), _tokens(device), _tokens(chosen)


def _tokens(css: str) -> Tokens:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", css))


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _pairs() -> list[tuple[str, str, float]]:
    grounds = ("paper", "surface", "sunk", "raised")
    pairs = [(ink, ground, TEXT) for ink in ("ink", "ink-2", "ink-3") for ground in grounds]
    pairs += [("accent", ground, TEXT) for ground in (*grounds, "soft")]
    pairs += [("ink", "soft", TEXT), ("ink-2", "soft", TEXT)]
    pairs += [("on-accent", "accent", TEXT), ("on-accent", "accent-2", TEXT)]
    pairs += [("on-late", "late-solid", TEXT), ("paper", "ink", TEXT)]
    for state in STATES:
        pairs += [(state, ground, TEXT) for ground in ("paper", "surface", f"{state}-soft")]
        pairs += [(ink, f"{state}-soft", TEXT) for ink in ("ink", "ink-2")]
        pairs += [(f"{state}-solid", ground, GRAPHIC) for ground in ("paper", "surface")]
        pairs += [("surface", state, TEXT)]  # the number on a plan's mark
    pairs += [("edge", ground, GRAPHIC) for ground in ("paper", "surface")]
    pairs += [("ink-2", "lawn", TEXT), ("ink-2", "road", TEXT), ("ink", "house", TEXT)]
    return [*pairs, ("accent", "lawn", GRAPHIC), ("accent", "road", GRAPHIC)]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), _pairs())
def test_what_is_written_can_be_read(theme: int, front: str, ground: str, least: float) -> None:
    tokens = _themes()[theme]

    assert _contrast(tokens[front], tokens[ground]) >= least


def test_the_dark_sets_are_alike() -> None:
    _, device, chosen = _themes()

    assert device == chosen


def test_the_dark_set_names_every_colour_of_the_light_one() -> None:
    light, dark, _ = _themes()

    assert dark.keys() == light.keys()


def test_only_tokens_and_paper_name_colours() -> None:
    named = {
        path.name: found
        for path in CSS.glob("*.css")
        if path.name not in ("tokens.css", "labels.css", "print.css")
        and (found := set(re.findall(r"#[0-9a-fA-F]{3,8}\b", path.read_text("utf-8"))) - {"#fff"})
    }

    assert named == {}


def test_every_sheet_stands_in_the_order() -> None:
    order = (CSS / "order.txt").read_text("utf-8").split()

    assert sorted(order) == sorted(path.name for path in CSS.glob("*.css"))


def test_every_token_that_is_used_is_there() -> None:
    sheets = "".join(path.read_text("utf-8") for path in CSS.glob("*.css"))
    used = set(re.findall(r"var\(--([\w-]+)", sheets))
    named = set(re.findall(r"--([\w-]+)\s*:", sheets))

    assert used - named == set()
