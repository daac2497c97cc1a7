"""What notify tells the other services."""

from shared.contracts import OfferAnswerV1
from shared.facts import Fact


def answered(answer: OfferAnswerV1) -> Fact:
    return Fact(OfferAnswerV1, "answered", answer)
