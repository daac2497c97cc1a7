"""What the questions are about: samples of the instances, the same for every question."""

from collections.abc import Mapping
from urllib.parse import quote

import asyncpg

ASKED_SITE = "scale-0000"
"""Of the sites that are filled the first, in both instances; its first resident is asked about."""
_FIRST_RESIDENT = f"resident-{ASKED_SITE}-0"
FIFTY_SITES = tuple(f"scale-{number:04}" for number in range(50))
_SAMPLES: Mapping[str, Mapping[str, str]] = {
    "tickets": {
        "ticket": (
            f"select id from tickets where state = 'closed' and site_id = '{ASKED_SITE}' "
            "order by md5(cast(id as text)) limit 1"
        ),
        "unit": f"select unit_key from tickets where reporter_id = '{_FIRST_RESIDENT}' limit 1",
        # of a copy it would seem misread
        "reference": (
            "select reference from tickets where site_id like 'bench-%' order by id limit 1"
        ),
        "place": (
            f"select code from places where site_id = '{ASKED_SITE}' order by kind, key limit 1"
        ),
        # a copy of it has another id than its files are named for
        "attachment": (
            "select id from attachments where kept ->> 'id' = cast(id as text) order by id limit 1"
        ),
        "from": "select to_char(now() - interval '200 days', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
        "to": "select to_char(now() - interval '170 days', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
    },
    "dispatch": {
        "job": (
            f"select id from jobs where state = 'completed' and site_id = '{ASKED_SITE}' "
            "order by md5(cast(id as text)) limit 1"
        ),
        "explained": (
            "select id from jobs where state = 'completed' and site_id like 'bench-%' order by id "
            "limit 1"
        ),
        "technician": f"""
            select technician_id from jobs where state = 'completed' and site_id = '{ASKED_SITE}'
            group by 1 order by count(*) desc, 1 limit 1""",
        "offered": (
            "select technician_id from offers where state = 'open' group by 1 having count(*) = 1 "
            "order by 1 limit 1"
        ),
        "day_ago": "select to_char(now() - interval '1 day', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
        "week_ago": "select to_char(now() - interval '7 days', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
        "this_moment": 'select to_char(now(), \'YYYY-MM-DD"T"HH24:MI:SS"Z"\')',
    },
    "sla": {
        "last_year": (
            "select to_char(date_trunc('month', now()) - interval '11 months', 'YYYY-MM-DD')"
        ),
        "this_month": "select to_char(date_trunc('month', now()), 'YYYY-MM-DD')",
        "last_week": "select to_char(now() - interval '7 days', 'YYYY-MM-DD')",
        "today": "select to_char(now(), 'YYYY-MM-DD')",
        "next_month": (
            "select to_char(date_trunc('month', now() + interval '1 month'), 'YYYY-MM-DD')"
        ),
    },
    "notify": {
        "endpoint": "select endpoint_id from attempts group by 1 order by count(*) desc, 1 limit 1",
    },
}
_MADE = {
    "policy": "bench",
    "calendar": ASKED_SITE,
    "site": ASKED_SITE,
    "reporter": _FIRST_RESIDENT,
    "phone": "+8613800138000",
}
_IN_PATHS = {
    "ticket_id": "ticket",
    "place_code": "place",
    "site_id": "site",
    "technician_id": "technician",
    "job_id": "job",
    "endpoint_id": "endpoint",
    "recipient_id": "reporter",
    "person_id": "reporter",
    "policy_id": "policy",
    "calendar_id": "calendar",
    "dead_letter_id": "dead_letter",
    "attachment_id": "attachment",
}


def filled(template: str, samples: Mapping[str, str], *, quoting: bool = True) -> str:
    """Return the text with a sample in each place."""
    for name, sample in {
        **samples,
        **{name: samples[sample] for name, sample in _IN_PATHS.items() if sample in samples},
    }.items():
        template = template.replace("{" + name + "}", quote(sample, safe="") if quoting else sample)
    return template


async def find_samples(urls: Mapping[str, str]) -> dict[str, str]:
    """Return by name what is asked about, the same for every question.

    Raises RuntimeError for what is not there.
    """
    found = dict(_MADE)
    for service, statements in _SAMPLES.items():
        connection = await asyncpg.connect(urls[service])
        try:
            for name, statement in statements.items():
                if (sample := await connection.fetchval(statement)) is None:
                    raise RuntimeError(f"{service} has no {name} to ask about: {statement.strip()}")
                found[name] = str(sample)
        finally:
            await connection.close()
    return found
