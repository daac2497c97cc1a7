"""The categories of the demo's site, those of repairs each with a skill of the same code, and words
of danger.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Category:
    """A category of repair. `work_min` is the usual work, in minutes on site."""

    zh: str
    en: str
    priority: str
    work_min: int


CATEGORIES: Mapping[str, Category] = {
    "plumbing": Category(zh="给排水", en="Plumbing and drains", priority="normal", work_min=35),
    "electrical": Category(zh="强弱电", en="Electrical", priority="normal", work_min=30),
    "lift": Category(zh="电梯", en="Lift", priority="urgent", work_min=40),
    "lock": Category(zh="门锁", en="Locks", priority="normal", work_min=20),
    "cleaning": Category(zh="保洁", en="Cleaning and clearing", priority="low", work_min=20),
    "heating": Category(zh="采暖", en="Heating", priority="normal", work_min=40),
    "gas": Category(zh="燃气", en="Gas", priority="urgent", work_min=30),
    "door_window": Category(
        zh="门窗玻璃", en="Doors, windows and glass", priority="normal", work_min=35
    ),
    "appliance": Category(
        zh="设备家电", en="Appliances and intercoms", priority="normal", work_min=30
    ),
    "garden": Category(zh="绿化", en="Gardens and trees", priority="low", work_min=30),
    "patrol": Category(
        zh="秩序巡查", en="Patrol, noise and parking", priority="normal", work_min=15
    ),
    "road": Category(zh="道路地面", en="Roads and paving", priority="low", work_min=45),
    "other": Category(zh="其他", en="Other", priority="normal", work_min=25),
}


@dataclass(frozen=True, kw_only=True)
class DeskCategory:
    """A category that the staff of the site answer."""

    zh: str
    en: str
    nature: str
    priority: str


DESK_CATEGORIES: Mapping[str, DeskCategory] = {
    "complaint": DeskCategory(zh="投诉", en="Complaint", nature="complaint", priority="normal"),
    "praise": DeskCategory(zh="表扬", en="Praise", nature="praise", priority="low"),
    "suggestion": DeskCategory(zh="建议", en="Suggestion", nature="suggestion", priority="low"),
    "enquiry": DeskCategory(zh="咨询", en="Enquiry", nature="enquiry", priority="normal"),
    "service_request": DeskCategory(
        zh="服务申请", en="Service request", nature="request", priority="normal"
    ),
}


def code_of(said: str) -> str:
    """Return the code of the category that is called so, in either language; what is not known as
    it was said.
    """
    return _CODES.get(said.strip().casefold(), said)


_CODES: Mapping[str, str] = {
    name.casefold(): code
    for code, category in CATEGORIES.items()
    for name in (code, category.zh, category.en)
}

DANGER_WORDS: tuple[str, ...] = (
    "困人",
    "困在",
    "困梯",
    "喊救命",
    "燃气味",
    "闻着像燃气",
    "燃气报警",
    "冒烟",
    "冒了一点烟",
    "冒火花",
    "爆管",
    "水管爆",
    "爆裂",
    "着火",
    "触电",
    "漏电",
    "trapped",
    "flooding",
    "gas leak",
    "smoke",
    "on fire",
)
