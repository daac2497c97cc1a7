"""What a colour says: cool as promised, warm needed, violet stopped, blue your turn."""

from typing import Literal

Tone = Literal["ok", "risk", "late", "hold", "info", "mute"]

WORST_FIRST: tuple[Tone, ...] = ("late", "risk", "info", "hold", "ok", "mute")


def worst(tones: list[Tone]) -> Tone:
    """Return the tone that has to be seen of several."""
    return min(tones, key=WORST_FIRST.index, default="mute")
