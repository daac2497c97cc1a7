"""What is run in one process when several run tests: the tests of a file, and those that look at
one instance, which takes as long to start as many tests take. The longest come first, so that none
of them is what everything waits for at the end.
"""

from xdist.scheduler import LoadScopeScheduling

FIRST = (
    "tests/e2e/browser/test_every_page_is_accessible.py",
    "tests/e2e/browser",
    "tests/e2e/test_a_new_service.py",
    "tests/e2e/test_the_day.py",
    "tests/e2e/test_upgrading.py",
    "tests/e2e/test_two_of_everything.py",
    "tests/e2e",
    "tests/component/fettle",
    "tests/contract/generated",
    "tests/component/plans",
)
"""Shares of more than a file's seconds: of each folder what no other name here stands for."""


def share_of(nodeid: str) -> str:
    """Return the name of what the test is run with."""
    path = nodeid.partition("::")[0]
    return next((name for name in FIRST if f"{path}/".startswith(f"{name}/")), path)


def rank_of(nodeid: str) -> int:
    """Return the place of the test's share among those that are begun first, or the one behind."""
    share = share_of(nodeid)
    return FIRST.index(share) if share in FIRST else len(FIRST)


class Shares(LoadScopeScheduling):  # type: ignore[misc] # it says no types
    """Gives each process one share after the other, in the order of the tests."""

    def _split_scope(self, nodeid: str) -> str:
        return share_of(nodeid)
