"""How often what can be guessed, or costs others something, may be tried."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Self


@dataclass(frozen=True)
class Limit:
    """At most so many tries of that kind, of one subject each, within the time that begins with
    the first of them.
    """

    kind: str
    tries: int
    within: timedelta


@dataclass(frozen=True)
class Counted:
    """A limit and whom it counts: the kind of limit, and a digest, since which names were tried is
    written down nowhere.
    """

    limit: Limit
    subject: str

    @classmethod
    def of(cls, limit: Limit, *subject: str) -> Self:
        digest = hashlib.sha256("\0".join(subject).encode()).hexdigest()
        return cls(limit, f"{limit.kind}:{digest}")


PASSWORD_HERE = Limit("password.here", 5, timedelta(minutes=15))
"""Of one account, from one address: these are told."""
PASSWORD_OF_ACCOUNT = Limit("password.account", 30, timedelta(hours=1))
"""Of one account, from everywhere. Above those of one address, so that one stranger does not lock
a person out; a login link still works.
"""
PASSWORD_FROM_ADDRESS = Limit("password.address", 60, timedelta(minutes=15))
LINK_TO_ACCOUNT = Limit("link.account", 5, timedelta(minutes=15))
LINK_FROM_ADDRESS = Limit("link.address", 20, timedelta(minutes=15))
CODE_FROM_ADDRESS = Limit("code.address", 30, timedelta(minutes=15))
"""Login links that are opened; their codes are too long to guess, and cost a look each."""
OIDC_FROM_ADDRESS = Limit("oidc.address", 60, timedelta(minutes=15))
OIDC_BACK_FROM_ADDRESS = Limit("oidc_back.address", 60, timedelta(minutes=15))
"""Answers that browsers bring back from the issuer, which is asked about each."""
TICKET_LINK_FROM_ADDRESS = Limit("ticket_link.address", 60, timedelta(minutes=15))
"""Links to one ticket that open nothing."""
API_KEY_FROM_ADDRESS = Limit("api_key.address", 30, timedelta(minutes=15))
"""API keys that are none."""
API_KEY_EXCHANGES = Limit("api_key.exchanges", 120, timedelta(minutes=10))
"""Of one key: a token is good for ten minutes."""
INVITATIONS = Limit("invitations", 200, timedelta(hours=1))
"""Of one person who invites others."""
