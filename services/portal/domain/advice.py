"""What to do until a technician comes."""

from collections.abc import Iterable

_BY_CATEGORY = {
    "plumbing": "resident-advice-water",
    "heating": "resident-advice-water",
    "electrical": "resident-advice-electric",
    "appliance": "resident-advice-electric",
    "gas": "resident-advice-gas",
    "lift": "resident-advice-lift",
}
_BY_SIGN = (
    ("resident-advice-fire", ("火", "烟", "焦", "fire", "smoke", "burn", "flame")),
    ("resident-advice-gas", ("燃气", "煤气", "瓦斯", "gas", "carbon monoxide")),
    ("resident-advice-lift", ("困", "關人", "关人", "trapped", "stuck", "locked in")),
    ("resident-advice-electric", ("漏电", "触电", "電", "shock", "zapped", "spark")),
    ("resident-advice-water", ("爆管", "爆裂", "跑水", "淹", "burst", "flood", "pouring")),
    ("resident-advice-falling", ("掉", "坠", "塌", "fall", "collapse")),
    ("resident-advice-person", ("受伤", "昏", "叫不应", "hurt", "unconscious", "breath")),
)
_ICONS = {
    "resident-advice-water": "drop",
    "resident-advice-electric": "bolt",
    "resident-advice-gas": "flame",
    "resident-advice-lift": "lift",
}


def advice_for(category: str, danger: Iterable[str]) -> str | None:
    """Return the message that says what to do meanwhile: by the words of danger that stand on the
    ticket, else by its category; None where there is nothing to do.
    """
    said = " ".join(danger).lower()
    by_sign = (key for key, signs in _BY_SIGN if any(sign in said for sign in signs))
    return next(by_sign, None) or _BY_CATEGORY.get(category)


def icon_for(advice: str) -> str:
    """Return the icon of the advice."""
    return _ICONS.get(advice, "warn")
