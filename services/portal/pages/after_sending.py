"""What follows a report: the way to the ticket that was made."""

from fastapi import Response

from services.portal.actions.report import SentReport
from services.portal.pages.page import Page
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
