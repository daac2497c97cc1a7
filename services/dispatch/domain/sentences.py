"""Why a technician cannot take a job, or how good a choice they are, in sentences with the figures
that decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo

from services.dispatch.domain.certificates import Lapse
from services.dispatch.domain.language import Language
from shared.contracts.base import SkillNeed, Window

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_CHINESE_DAYS = "一二三四五六日"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MASTER = "师傅"


@dataclass(frozen=True)
class Spoken:
    """How a sentence is said: in which language, with days and hours as the site has them `now`."""

    language: Language
    zone: tzinfo
    now: datetime
    skill_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What the site calls its skills, by code and language."""

    @property
    def is_chinese(self) -> bool:
        return self.language is Language.CHINESE

    @property
    def in_english(self) -> "Spoken":
        return replace(self, language=Language.ENGLISH)

    def who(self, name: str) -> str:
        """Return a technician as people speak of them."""
        return name if not self.is_chinese or name.endswith(_MASTER) else f"{name}{_MASTER}"

    def skill(self, code: str) -> str:
        """Return the skill as it stands in a sentence: by the site's name, else by its code."""
        name = self.skill_names.get(code, {}).get(self.language)
        return name or (f" {code} " if self.is_chinese else code)

    def moment(self, at: datetime) -> str:
        """Return hour and day: `18:00 today`, `08:00 on Mon 2 Mar`."""
        there = at.astimezone(self.zone)
        if self.is_chinese:
            return f"{self._near(there.date())} {there:%H:%M}"
        return f"{there:%H:%M} {self._near(there.date())}"

    def span(self, window: Window) -> str:
        """Return from when until when, the day twice where it differs."""
        begin, end = (each.astimezone(self.zone) for each in (window.start, window.end))
        until = f"{end:%H:%M}" if begin.date() == end.date() else self.moment(end)
        return f"{self.moment(begin)}{'至' if self.is_chinese else ' to '}{until}"

    def day(self, day: date) -> str:
        """Return a date with its year."""
        if self.is_chinese:
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def _near(self, day: date) -> str:
        today = self.now.astimezone(self.zone).date()
        if day == today:
            return "今天" if self.is_chinese else "today"
        if day == today + timedelta(days=1):
            return "明天" if self.is_chinese else "tomorrow"
        if self.is_chinese:
            year = "" if day.year == today.year else f"{day.year}年"
            return f"{year}{day.month}月{day.day}日（周{_CHINESE_DAYS[day.weekday()]}）"
        year = "" if day.year == today.year else f" {day.year}"
        return f"on {_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}{year}"


def lacks_skill(spoken: Spoken, *, name: str, skill: SkillNeed, level: int | None) -> str:
    who, called, needed = spoken.who(name), spoken.skill(skill.code), skill.level
    if spoken.is_chinese:
        has = f"没有{called}技能" if level is None else f"的{called}技能是 {level} 级"
        return f"{who}{has}，这单需要 {needed} 级。"
    has = f"does not have the skill {called}" if level is None else f"has {called} at level {level}"
    return f"{who} {has}; the job needs level {needed}."


def lacks_certificate(spoken: Spoken, *, name: str, lapse: Lapse, first: date, last: date) -> str:
    """Say which certificate is not good for the days of the work, its last day, and when the next
    one begins.
    """
    who, kind = spoken.who(name), lapse.kind
    days = spoken.day(first)
    if last > first:
        days += f"{'至' if spoken.is_chinese else ' to '}{spoken.day(last)}"
    begins = lapse.begins_on
    if spoken.is_chinese:
        has = (
            f"没有 {kind} 证书"
            if lapse.expired_on is None
            else f"的 {kind} 证书有效期到{spoken.day(lapse.expired_on)}"
        )
        next_one = f"；下一张从{spoken.day(begins)}起有效" if begins else ""
        return f"{who}{has}，这单在{days}{next_one}。"
    has = (
        f"has no certificate {kind}"
        if lapse.expired_on is None
        else f"has the certificate {kind} through {spoken.day(lapse.expired_on)}"
    )
    next_one = f"; the next one begins on {spoken.day(begins)}" if begins else ""
    return f"{who} {has}, and the work is on {days}{next_one}."


def not_this_site(spoken: Spoken, *, name: str, site: str, removed: bool) -> str:
    who = spoken.who(name)
    if spoken.is_chinese:
        return f"{who}已不在岗。" if removed else f"{who}不负责项目 {site}。"
    return f"{who} no longer works here." if removed else f"{who} does not work at {site}."


def off_shift(spoken: Spoken, *, name: str, begin: datetime | None) -> str:
    """Say that they are off now, and when their next shift begins (None: there is none)."""
    who = spoken.who(name)
    if spoken.is_chinese:
        then = "没有排班" if begin is None else f"{spoken.moment(begin)} 上班"
        return f"{who}现在不在班，{then}。"
    then = (
        "no shifts are planned"
        if begin is None
        else f"the next shift begins at {spoken.moment(begin)}"
    )
    return f"{who} is off shift; {then}."


def off_at_visit(spoken: Spoken, *, name: str, visit: Window) -> str:
    who, when = spoken.who(name), spoken.span(visit)
    if spoken.is_chinese:
        return f"约定{when} 上门，{who}不是全程在班。"
    return f"{who} does not work through the agreed visit, at {when}."


def shift_ends(spoken: Spoken, *, name: str, end: datetime, minutes: float) -> str:
    who, when = spoken.who(name), spoken.moment(end)
    if spoken.is_chinese:
        return f"{who}{when} 下班，做不完这单（约 {minutes:.0f} 分钟）。"
    return (
        f"{who} cannot be done before the shift ends at {when}: the way and the work take "
        f"about {minutes:.0f} minutes."
    )


def on_leave(spoken: Spoken, *, name: str, end: datetime) -> str:
    who, until = spoken.who(name), spoken.moment(end)
    return f"{who}休假到{until}。" if spoken.is_chinese else f"{who} is on leave until {until}."


def at_capacity(spoken: Spoken, *, name: str, capacity: int, holds: int, offered: int) -> str:
    who = spoken.who(name)
    if spoken.is_chinese:
        return f"{who}手上有 {holds} 单、待答复 {offered} 单，最多 {capacity} 单。"
    return f"{who} can hold {capacity}, holds {holds} and is offered {offered}."


def cooling_down(spoken: Spoken, *, name: str, times: int, gave_back: bool, until: datetime) -> str:
    who, then = spoken.who(name), spoken.moment(until)
    if spoken.is_chinese:
        said = "退回过这单或被改派" if gave_back else f"对这单拒绝或未答复 {times} 次"
        return f"{who}{said}，{then} 起可再询问。"
    often = "once" if times == 1 else f"{times} times"
    said = "gave it back or was taken off it" if gave_back else f"said no, or nothing, {often}"
    return f"{who} {said}; to be asked again from {then}."


def too_far(spoken: Spoken, *, name: str, metres: float, limit: int) -> str:
    who = spoken.who(name)
    if spoken.is_chinese:
        return f"{who}距离 {metres:.0f} 米，最远允许 {limit} 米。"
    return f"{who} is {metres:.0f} m away, at most {limit} m are allowed."


def outside_windows(spoken: Spoken, *, name: str, home_at: datetime | None, until: datetime) -> str:
    """Say from when the resident is at home and before when to set out is too early; None: the last
    of their hours ends at `until`, too soon to be there.
    """
    who, out = spoken.who(name), spoken.moment(until)
    if home_at is None:
        if spoken.is_chinese:
            return f"业主最后方便的时间{out} 结束，{who}赶不到。"
        return f"{who} cannot be there before the resident's last window ends at {out}."
    home = spoken.moment(home_at)
    if spoken.is_chinese:
        return f"业主{home} 起方便，{who}在{out} 前出发太早。"
    return f"The resident is at home from {home}; for {who} to set out before {out} is too early."


def travel(spoken: Spoken, *, metres: float | None) -> str:
    if spoken.is_chinese:
        return "距离未知。" if metres is None else f"距离 {metres:.0f} 米。"
    return "How far they are is not known." if metres is None else f"{metres:.0f} m away."


def load(spoken: Spoken, *, holds: int, offered: int) -> str:
    if spoken.is_chinese:
        return f"手上 {holds} 单，待答复 {offered} 单。"
    return f"Holds {holds}, is offered {offered}."


def spare_skill(spoken: Spoken, *, above: int, others: int) -> str:
    if spoken.is_chinese:
        return f"比所需高 {above} 级，另有 {others} 项技能。"
    return f"{_count(above, 'level')} above what is needed, {_count(others, 'other skill')}."


def continuity(spoken: Spoken, *, known: bool) -> str:
    if spoken.is_chinese:
        return "来过这里。" if known else "没有来过这里。"
    return "Has been here before." if known else "Has not been here before."


def fairness(spoken: Spoken, *, taken: int) -> str:
    if spoken.is_chinese:
        return f"最近 24 小时接了 {taken} 单。"
    return f"Took {_count(taken, 'job')} in the last 24 hours."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
