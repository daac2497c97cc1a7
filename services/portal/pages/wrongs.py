"""What is wrong in a form, for those who show it: a template, or a script."""

from collections.abc import Sequence

from services.portal.domain.reporting import Wrong
from services.portal.pages.page import Page, Problem

_CODE = "wrong"


class Written(dict[str, str]):
    """What stands in a form's fields, or is wrong in them; nothing in those that are not named."""

    def __missing__(self, field: str) -> str:
        return ""


def in_words(page: Page, wrongs: Sequence[Wrong]) -> Written:
    """Return what is wrong, by field."""
    return Written((wrong.field, page.t(wrong.key, **wrong.said)) for wrong in wrongs)


def problem_with(page: Page, wrong: Wrong) -> Problem:
    """Return what is wrong as a problem."""
    return problem_that_says(page.t(wrong.key, **wrong.said), code=_CODE, field=wrong.field)


def problem_that_says(said: str, *, code: str, **more: str) -> Problem:
    """Return a problem of a form in these words."""
    members = {"code": code, "said": said, **more}
    return Problem(status=422, code=code, said=said, detail="", members=members)
