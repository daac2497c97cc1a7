"""The one way in which a change becomes a row and a fact."""

from dataclasses import replace

from services.__service__ import events
from services.__service__.domain.__entity__ import __Entity__
from services.__service__.store.queries import save___entity__
from shared.contracts.__service__ import __Entity__V1
from shared.db.transaction import Transaction


def record(tx: Transaction, __entity__: __Entity__, past_tense: str) -> __Entity__:
    """Store it at its next version, publish what happened to it, and return it."""
    version = tx.next_version(__Entity__V1, __entity__.id, __entity__.version)
    recorded = replace(__entity__, version=version)
    save___entity__(tx, recorded)
    tx.publish(events.of___entity__(past_tense, recorded))
    return recorded
