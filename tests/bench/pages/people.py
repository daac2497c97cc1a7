"""Who reads pages in the bench, signed in by sessions of its own: residents, technicians,
dispatchers and managers of a company with five estates.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

import asyncpg

from tests.bench.scale.seeding import site_number

SITES = tuple(site_number(number) for number in range(5))
OUTBOX_SITE = "bench-98-01"
"""Where one technician alone is offered all there is."""
_SITES_WITH_CREW = SITES[:4]
_RESIDENTS, _DISPATCHERS, _MANAGERS = 8, 6, 2
HOME = "1-101"
"""Where the first residents of every filled site live."""

_ACCOUNT = """
    insert into accounts (person_id, name, language, grants, units, created_at, version)
    values ($1, $2, 'zh-CN', cast($3 as jsonb), cast($4 as jsonb), now(), 1)"""
_SESSION = """
    insert into sessions (id, token_hash, person_id, kind, csrf_secret, created_at, seen_at,
      ends_at, idle_s, user_agent, address_prefix)
    values ($1, $2, $3, $4, $5, now(), now(), now() + interval '1 day', 86400, 'bench', '')"""


@dataclass(frozen=True)
class Reader:
    """A person with one role, at these sites."""

    person_id: str
    role: str
    sites: Sequence[str]

    @property
    def units(self) -> list[str]:
        return [HOME] if self.role == "resident" else []


OUTBOX_TECHNICIAN = Reader("technician-outbox", "technician", (OUTBOX_SITE,))


def readers() -> list[Reader]:
    """Return the twenty who read, residents first."""
    count = len(SITES)
    return [
        *(
            Reader(f"resident-{SITES[n % count]}-{n // count}", "resident", (SITES[n % count],))
            for n in range(_RESIDENTS)
        ),
        *(Reader(f"technician-{site}", "technician", (site,)) for site in _SITES_WITH_CREW),
        *(Reader(f"dispatcher-{n}", "dispatcher", SITES) for n in range(_DISPATCHERS)),
        *(Reader(f"manager-{n}", "manager", SITES) for n in range(_MANAGERS)),
    ]


async def sign_in(url: str, people: Sequence[Reader]) -> dict[str, str]:
    """Give each an account and a session in the portal's database; return by person what the
    session's cookie says.
    """
    connection = await asyncpg.connect(url)
    try:
        return {each.person_id: await _sign_in(connection, each) for each in people}
    finally:
        await connection.close()


async def _sign_in(connection: "asyncpg.Connection[asyncpg.Record]", reader: Reader) -> str:
    token = secrets.token_urlsafe(32)
    grants = [{"role": reader.role, "site": site} for site in reader.sites]
    await connection.execute(
        _ACCOUNT, reader.person_id, "陈静", json.dumps(grants), json.dumps(reader.units)
    )
    await connection.execute(
        _SESSION,
        uuid4(),
        hashlib.sha256(token.encode()).hexdigest(),
        reader.person_id,
        "resident" if reader.role == "resident" else "staff",
        secrets.token_urlsafe(32),
    )
    return token
