"""Who was found for a caller's number, as a form gives it back."""

import pytest

from services.portal.adapters.found_callers import VALID_FOR, FoundCallers
from shared.ids import MAX_SUBJECT_LENGTH
from tests.support.clocks import SettableClock

KEYS = (("tests", b"tests-only-portal-seed-32-bytes!"),)


@pytest.mark.parametrize("person", ["chen", "王" * MAX_SUBJECT_LENGTH])
def test_who_was_found_is_named_at_that_site_by_whom_it_was_shown_to(person: str) -> None:
    callers = FoundCallers(KEYS, SettableClock())

    sealed = callers.seal(person, site="demo", shown_to="wang")

    assert callers.open(sealed, site="demo", shown_to="wang") == person
    assert callers.open(sealed, site="east", shown_to="wang") is None
    assert callers.open(sealed, site="demo", shown_to="zhao") is None
    assert callers.open(sealed[:-1], site="demo", shown_to="wang") is None
    assert callers.open(person, site="demo", shown_to="wang") is None


def test_it_is_over_after_a_shift() -> None:
    clock = SettableClock()
    callers = FoundCallers(KEYS, clock)
    sealed = callers.seal("chen", site="demo", shown_to="wang")

    clock.move(seconds=VALID_FOR.total_seconds() - 1)
    assert callers.open(sealed, site="demo", shown_to="wang") == "chen"
    clock.move(seconds=1)
    assert callers.open(sealed, site="demo", shown_to="wang") is None
