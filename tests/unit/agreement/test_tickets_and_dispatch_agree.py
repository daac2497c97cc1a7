"""tickets and dispatch agree: the real rules of both, driven through random histories.

People do random legal things on both sides, while snapshots are doubled, overtaken or lost. At rest
the two must agree, and rest comes after a bounded number of facts: there is no echo.
"""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from shared.contracts.categories import Road
from tests.unit.agreement.two_services import TwoServices

OFTEN = {
    "cancel": 1,
    "staff merge": 1,
    "unmerge": 6,
    "staff": 2,
    "amends": 4,
    "declines": 2,
    "expire": 1,
    "return": 1,
    "withdraw": 1,
    "follow-up": 1,
    "lost": 1,
    "hears": 3,
    "to desk": 2,
    "danger": 1,
}
EXAMPLES = int(os.environ.get("FETTLE_AGREEMENT_EXAMPLES", "60"))
"""So that a night can be spent on it."""


class Histories(RuleBasedStateMachine):
    ROAD = Road.DISPATCH
    """The road of the ticket as it is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.world = TwoServices(self.ROAD)

    @precondition(lambda self: self.world.moves())
    @rule(data=st.data())
    def somebody_does_something(self, data: st.DataObject) -> None:
        """Any legal move, on either side or on the way between them; what matters more comes more
        often.
        """
        moves = self.world.moves()
        names = [
            name
            for name in moves
            for _ in range(next((w for part, w in OFTEN.items() if part in name), 4))
        ]
        moves[data.draw(st.sampled_from(names))]()

    @rule()
    def all_comes_to_rest(self) -> None:
        self.world.rest()
        self.world.agree()

    def teardown(self) -> None:
        self.world.rest()
        self.world.agree()


class HistoriesOfTheDesk(Histories):
    ROAD = Road.DESK


_SETTINGS = settings(
    max_examples=EXAMPLES,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestTicketsAndDispatchAgree = Histories.TestCase
TestTicketsAndDispatchAgree.settings = _SETTINGS
TestTicketsOfTheDeskAndDispatchAgree = HistoriesOfTheDesk.TestCase
TestTicketsOfTheDeskAndDispatchAgree.settings = _SETTINGS
