"""What follows a form: the way to the ticket that was made, or back to what could not be sent."""

from fastapi import Response

from services.portal.actions.report import SentReport
from services.portal.pages.page import Page, Submitted
from services.portal.pages.tracked_ticket import AFTER_REPORT_COOKIE

_AFTER_REPORT_S = 3600


def sent_report(page: Page, sent: SentReport, url: str, said: str = "resident-sent") -> Response:
    """Return the way to the ticket's page, with what that is to tell for an hour."""
    response = page.see_other(url, said=said)
    told = sent.after.as_cookie()
    if told:
        response.set_cookie(
            AFTER_REPORT_COOKIE,
            told,
            max_age=_AFTER_REPORT_S,
            path=url,
            httponly=True,
            samesite="lax",
            secure=page.visit.is_secure,
        )
    return response


def unsent(page: Page, action: str, form: Submitted) -> Response:
    """Return a page that holds what was written and sends it again, as the same form."""
    fields = [
        (name, value)
        for name, values in form.lists.items()
        for value in values
        if not name.startswith("_") and value
    ]
    return page.render("r/unsent.html", 503, action=action, fields=fields, key=form.key)
