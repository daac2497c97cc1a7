"""Our facts → the public contract; the only place where they become contracts."""

from services.__service__.domain.__entity__ import __Entity__
from shared.contracts.__service__ import __Entity__V1
from shared.facts import Fact


def of___entity__(past_tense: str, __entity__: __Entity__) -> Fact:
    """`past_tense` is one of `__Entity__V1.FACTS`."""
    return Fact(__Entity__V1, past_tense, __Entity__V1.model_validate(__entity__))
