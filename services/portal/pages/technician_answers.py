"""What services refuse a technician, in words that they can act on."""

from services.portal.adapters.apis import Refusal
from services.portal.domain.refused_work import RefusedWords, words_of
from services.portal.domain.step_forms import FormWrong
from services.portal.pages.page import Page, Problem
from services.portal.pages.problems import problem_of
from services.portal.pages.technician_views import Sites, clock_words

_STATES = {
    "waiting": "job-waiting",
    "offered": "job-offered",
    "accepted": "job-accepted",
    "travelling": "job-travelling",
    "on_site": "job-on-site",
    "working": "job-working",
    "paused": "job-paused",
    "completed": "job-completed",
    "follow_up": "job-follow-up",
    "cancelled": "job-cancelled",
}
_BARS = {
    "lacks_skill": "technician-bar-lacks-skill",
    "not_this_site": "technician-bar-not-this-site",
    "off_shift": "technician-bar-off-shift",
    "shift_ends": "technician-bar-shift-ends",
    "on_leave": "technician-bar-on-leave",
    "at_capacity": "technician-bar-at-capacity",
    "cooling_down": "technician-bar-cooling-down",
    "too_far": "technician-bar-too-far",
    "outside_windows": "technician-bar-outside-windows",
    "certificate_missing": "technician-bar-certificate-missing",
    "certificate_expired": "technician-bar-certificate-expired",
    "at_desk": "technician-bar-at-desk",
}


async def problem_in_words(page: Page, refusal: Refusal, zone: str | None = None) -> Problem:
    """Return the refusal as a technician is told it; times are told in the zone of the site."""
    return refusal_in_words(page, refusal, zone or await Sites(page).zone([]))


def refusal_in_words(page: Page, refusal: Refusal, zone: str | None) -> Problem:
    """Return the refusal in words, with times of the zone."""
    words = words_of(refusal.code, refusal.members)
    if words is None:
        return problem_of(refusal, page.t, page.state.messages)
    said = _said(page, words, zone)
    members = {**refusal.members, "code": refusal.code, "said": said, "status": refusal.status}
    return Problem(
        status=refusal.status,
        code=refusal.code,
        said=said,
        detail=refusal.detail,
        members=members,
    )


def problem_of_form(page: Page, wrong: FormWrong) -> Problem:
    """Return what is wrong with what was filled in."""
    said = page.t(wrong.key)
    members = {"code": "invalid_input", "field": wrong.field, "said": said, "status": 422}
    return Problem(status=422, code="invalid_input", said=said, detail="", members=members)


def _said(page: Page, words: RefusedWords, zone: str | None) -> str:
    at = "" if words.at is None else clock_words(page, words.at, zone, with_day=True)
    state = page.t(_STATES[words.state]) if words.state in _STATES else words.state
    bars = page.t("technician-list-joint").join(page.t(_BARS[code]) for code in words.bars)
    return page.t(words.key, who=words.who, at=at, state=state, bars=bars)
