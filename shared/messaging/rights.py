"""What each user of the broker may do: the one list, of which the configuration of every broker is
made.

A service tells its own facts, and pulls and acknowledges those it follows through durables that it
can neither make nor change. Subject rights cannot bound what a stream is made to be (its sources,
its republishing), so no service makes or changes one: the operator's user does (`topology.py`).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.messaging.names import (
    durable_name,
    inbox_prefix,
    stream_name,
    topology_subject,
    wake_subject,
)

OPERATOR = "operator"
"""The user that declares streams and durables, with every right."""

Follows = Mapping[str, Sequence[str]]
"""Service → the owners whose facts it follows."""


@dataclass(frozen=True)
class Rights:
    """Subjects that a user may publish to, and subscribe to; no others."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


def rights_of(service: str, followed: Sequence[str]) -> Rights:
    """Return what a service may do that follows the facts of these owners."""
    publish = [f"{service}.>", wake_subject(service), topology_subject(service)]
    for owner in (service, *followed):
        stream = stream_name(owner)
        # where it stands and which fact is at a place: marks and positions are held against it
        publish += [f"$JS.API.STREAM.INFO.{stream}", f"$JS.API.STREAM.MSG.GET.{stream}"]
    for owner in followed:
        durable = f"{stream_name(owner)}.{durable_name(service, owner)}"
        publish += [
            f"$JS.API.CONSUMER.INFO.{durable}",
            f"$JS.API.CONSUMER.MSG.NEXT.{durable}",
            f"$JS.ACK.{durable}.>",
        ]
    return Rights(tuple(publish), (f"{inbox_prefix(service)}.>", wake_subject(service)))


def authorization(follows: Follows, passwords: Mapping[str, str]) -> str:
    """Return the `authorization` block of a broker's configuration: a user for each service, and
    the operator.

    `passwords` are as they stand in the configuration: `quoted`, or a variable such as
    `$TICKETS_PASSWORD`.
    """
    users = [f"    {{user: {OPERATOR}, password: {passwords[OPERATOR]}}}\n"]
    for service, followed in follows.items():
        rights = rights_of(service, followed)
        users.append(
            f"    {{\n      user: {service}, password: {passwords[service]}\n"
            "      permissions: {\n"
            f"        publish: {{allow: [\n{_lines(rights.publish)}        ]}}\n"
            f"        subscribe: {{allow: [\n{_lines(rights.subscribe)}        ]}}\n"
            "      }\n    }\n"
        )
    return f"authorization {{\n  users: [\n{''.join(users)}  ]\n}}\n"


def quoted(text: str) -> str:
    """Return the text as a string of a broker's configuration."""
    return json.dumps(text, ensure_ascii=False)


def _lines(subjects: Sequence[str]) -> str:
    return "".join(f'          "{subject}"\n' for subject in subjects)
