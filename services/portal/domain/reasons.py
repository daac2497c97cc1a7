"""Why a technician does not take a job, or has it no more: one of the usual reasons by its code,
own words, or both (`busy: until three`). Dispatch keeps it as it is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass

DECLINED: Mapping[str, str] = {
    "busy": "technician-decline-busy",
    "far": "technician-decline-far",
    "skill": "technician-decline-skill",
    "tools": "technician-decline-tools",
    "shift": "technician-decline-shift",
}
"""Why a technician declines an offer, each with its message."""
RETURNED: Mapping[str, str] = {
    "skill": "technician-return-skill",
    "tools": "technician-return-tools",
    "unwell": "technician-return-unwell",
    "shift": "technician-return-shift",
}
"""Why a technician gives a job back."""
_TAKEN_AWAY: Mapping[str, str] = {
    "withdrawn_by_staff": "",
    "assigned_to_other": "desk-reason-assigned-to-other",
    "windows_overlap": "desk-reason-windows-overlap",
    "technician_gone": "desk-reason-technician-gone",
}
"""Why dispatch takes a job away; that staff did says enough."""
LOST: Mapping[str, str] = {**RETURNED, **_TAKEN_AWAY}
"""Why a technician has a job no more."""
_BY_STAFF = frozenset({"withdrawn_by_staff", "assigned_to_other"})
_AND = ": "


@dataclass(frozen=True)
class Reason:
    """Why: one of the usual reasons by its code, empty for none of them, and own words."""

    code: str
    words: str

    @property
    def said(self) -> str:
        """The reason as dispatch is told it."""
        return _AND.join(each for each in (self.code, self.words) if each)


@dataclass(frozen=True, kw_only=True)
class Why:
    """A reason for its readers: the message that says the usual one, and what was written."""

    usual: str = ""
    words: str = ""


def why_of(said: str | None, usual: Mapping[str, str]) -> Why:
    """Return the reason that dispatch was told; what is none of the usual ones is words alone."""
    code, _, words = (said or "").partition(_AND)
    if code not in usual:
        return Why(words=said or "")
    return Why(usual=usual[code], words=words)


def how_lost(said: str) -> str:
    """Return the message that says how a technician lost a job: taken by staff or by dispatch, or
    given back.
    """
    if said in _BY_STAFF:
        return "desk-story-withdrawn"
    return "desk-story-unassigned" if said in _TAKEN_AWAY else "desk-story-returned"
