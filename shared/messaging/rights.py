"""What each user of the broker may do: the one list, of which the configuration of every broker is
made.

Each service has an account of its own, and imports no more than it may publish: its own facts, and
what it asks and acknowledges of durables that it can neither make nor change. Rights on subjects
would not be enough. They cannot bound what a stream is made to be (its sources, its republishing),
and the broker sends an answer, a delivered fact or the end of a pull wherever the request says,
with rights of its own: one that ends at `$JS.API.STREAM.DELETE.X` deletes X (measured, 2.15). From
an account, an answer comes back to that account alone.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.messaging.names import (
    IMPORTED_API,
    JETSTREAM_API,
    durable_name,
    inbox_prefix,
    stream_name,
    topology_subject,
    wake_subject,
)

OPERATOR = "operator"
"""The user that declares streams and durables, with every right."""

_STREAMS = "FETTLE"
"""The account of the streams and of their operator."""

Follows = Mapping[str, Sequence[str]]
"""Service → the owners whose facts it follows."""


@dataclass(frozen=True)
class Rights:
    """Subjects that a user may publish to, and subscribe to; no others."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]

    @property
    def imported(self) -> dict[str, str]:
        """Subject of its account → the one of the streams' account to which it leads."""
        return {
            subject: subject.replace(IMPORTED_API, JETSTREAM_API)
            for subject in self.publish
            if subject not in self.subscribe
        }


def rights_of(service: str, followed: Sequence[str]) -> Rights:
    """Return what a service may do that follows the facts of these owners."""
    publish = [f"{service}.>", wake_subject(service), topology_subject(service)]
    for owner in (service, *followed):
        stream = stream_name(owner)
        # where it stands and which fact is at a place: marks and positions are held against it
        publish += [f"{IMPORTED_API}.STREAM.{verb}.{stream}" for verb in ("INFO", "MSG.GET")]
    for owner in followed:
        durable = f"{stream_name(owner)}.{durable_name(service, owner)}"
        publish += [
            f"{IMPORTED_API}.CONSUMER.INFO.{durable}",
            f"{IMPORTED_API}.CONSUMER.MSG.NEXT.{durable}",
            f"$JS.ACK.{durable}.>",
        ]
    return Rights(tuple(publish), (f"{inbox_prefix(service)}.>", wake_subject(service)))


def accounts(follows: Follows, passwords: Mapping[str, str]) -> str:
    """Return the `accounts` block of a broker's configuration: that of the streams, whose user is
    the operator, and one for each service.

    `passwords` are as they stand in the configuration: `quoted`, or a variable such as
    `$TICKETS_PASSWORD`.
    """
    rights = {service: rights_of(service, followed) for service, followed in follows.items()}
    exports = "".join(
        f"      {{service: {quoted(subject)}, accounts: [{', '.join(map(_account, users))}]"
        f"{', response_type: stream' if '.MSG.NEXT.' in subject else ''}}}\n"
        for subject, users in _users_of(rights).items()
    )
    services = "".join(
        f"  {_account(service)}: {{\n"
        f"    users: [{{\n      user: {service}, password: {passwords[service]}\n"
        "      permissions: {\n"
        f"        publish: {{allow: [\n{_lines(may.publish)}        ]}}\n"
        f"        subscribe: {{allow: [\n{_lines(may.subscribe)}        ]}}\n"
        "      }\n    }]\n    imports: [\n"
        + "".join(
            f"      {{service: {{account: {_STREAMS}, subject: {quoted(subject)}}}"
            f", to: {quoted(here)}}}\n"
            for here, subject in may.imported.items()
        )
        + "    ]\n  }\n"
        for service, may in rights.items()
    )
    return (
        f"accounts {{\n  {_STREAMS}: {{\n    jetstream: enabled\n"
        f"    users: [{{user: {OPERATOR}, password: {passwords[OPERATOR]}}}]\n"
        f"    exports: [\n{exports}    ]\n  }}\n{services}}}\n"
    )


def _account(service: str) -> str:
    return service.upper()


def _users_of(rights: Mapping[str, Rights]) -> dict[str, list[str]]:
    """Return subject of the streams' account → the services that may publish to it."""
    users: dict[str, list[str]] = {}
    for service, may in rights.items():
        for subject in may.imported.values():
            users.setdefault(subject, []).append(service)
    return users


def quoted(text: str) -> str:
    """Return the text as a string of a broker's configuration."""
    return json.dumps(text, ensure_ascii=False)


def _lines(subjects: Sequence[str]) -> str:
    return "".join(f'          "{subject}"\n' for subject in subjects)
