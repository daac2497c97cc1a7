"""What the desk wanted and was refused, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.portal.pages.page import Page, Refusal
from services.portal.pages.problems import problem_of

_SAID: Mapping[str, str] = {
    "illegal_step": "desk-refused-step",
    "stale_version": "desk-refused-changed",
    "reason_demanded": "desk-refused-reason",
    "too_many_steps": "desk-refused-full",
    "ticket_full": "desk-refused-full",
    "too_many_changes": "desk-refused-full",
    "too_many_comments": "desk-refused-full",
    "too_many_duplicates": "desk-refused-many-duplicates",
    "too_many_followers": "desk-refused-many-duplicates",
    "too_late_to_reopen": "desk-refused-too-late",
    "no_visit_agreed": "desk-refused-no-visit",
    "not_eligible": "desk-refused-not-eligible",
    "at_capacity": "desk-refused-at-capacity",
    "windows_overlap": "desk-refused-overlap",
    "not_found": "desk-refused-gone",
    "forbidden": "desk-refused-forbidden",
    "invalid_input": "desk-refused-wrong",
    "idempotency_key_in_flight": "desk-refused-twice",
    "too_many_requests": "error-429",
}
_IN_ORDER = (409, 412)


@dataclass(frozen=True, kw_only=True)
class Refused:
    """`verb` is what was tried, `filled_in` its fields; `said` why not, and `met` whether another
    was quicker, so that the page says what has happened since.
    """

    verb: str
    status: int
    code: str
    said: str
    met: bool = False
    filled_in: Mapping[str, str] = field(default_factory=dict)

    @property
    def members(self) -> dict[str, str]:
        """What a script is told, which shows it itself."""
        return {"code": self.code, "said": self.said}


def refused(page: Page, refusal: Refusal, verb: str, filled_in: Mapping[str, str]) -> Refused:
    """Return the refusal in the desk's words; in those for all where there are none."""
    key = _SAID.get(refusal.code)
    said = (
        page.t(key, **_arguments(refusal))
        if key
        else problem_of(refusal, page.t, page.state.messages).said
    )
    return Refused(
        verb=verb,
        status=refusal.status,
        code=refusal.code,
        said=said,
        met=refusal.status in _IN_ORDER,
        filled_in=filled_in,
    )


def not_filled_in(page: Page, key: str, verb: str, filled_in: Mapping[str, str]) -> Refused:
    """Return what is said of a form in which something is missing, or cannot be."""
    said = page.t(key)
    return Refused(verb=verb, status=422, code="invalid_input", said=said, filled_in=filled_in)


def _arguments(refusal: Refusal) -> dict[str, str]:
    """Return what the messages say of it: the state that it is in."""
    return {"state": str(refusal.members.get("state", "other"))}
