"""What a new service and its things may be called, and how its name is written where."""

import keyword
import re
from collections.abc import Collection
from dataclasses import dataclass

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_MAX_LENGTH = 20
_RESERVED = frozenset(
    {
        *("services", "shared", "fettle", "demo", "tests", "base"),  # our own modules
        *(
            "archive",
            "certificates",
            "gateway",
            "grafana",
            "keys",
            "migrate",
            "nats",
            "operator",
            "portal",
            "postgres",
            "prometheus",
            "secure",
        ),
        *("technician", "topology", "wake", "kernel", "public"),  # a container, a subject, a schema
    }
)
_RESERVED_ENTITIES = frozenset(
    {
        # what the kernel's tables and the contracts of others are called in the singular
        *("clock", "comment", "dead_letter", "ended_ticket", "idempotency_key", "job", "offer"),
        *("outbox_mark", "site", "snapshot", "ticket", "work_order"),
        # what the template itself calls other things
        *("after", "answer", "before", "body", "by_id", "caller", "component", "connection"),
        *("created", "datetime", "event", "handler", "httpx", "instance", "made", "now", "row"),
        *("recorded", "response", "router", "table", "text", "tx", "version"),
    }
)


class BadName(Exception):
    """Which name cannot be used, why, and what can."""


@dataclass(frozen=True)
class Names:
    """A service and what it looks after, in the singular: parts and part."""

    service: str
    entity: str
    port: int

    def filled_in(self, template: str) -> str:
        """Return the text, or the path, of a template with the names in place of its marks."""
        marks = {
            "__service__": self.service,
            "__SERVICE__": self.service.upper(),
            "__Entity__": _camel(self.entity),
            "__ENTITY__": self.entity.upper(),
            "__entity__": self.entity,
            "__port__": str(self.port),
        }
        return re.sub("|".join(marks), lambda mark: marks[mark[0]], template)


def names_of(service: str, entity: str, *, there_are: Collection[str], port: int) -> Names:
    """Return the names of a service that there is not yet; without a name for its things, that of
    the service without its last s.

    Raises BadName.
    """
    _demand_word("name", service, such_as="parts", reserved=_RESERVED)
    if service in there_are:
        raise BadName(f"there is a service {service} already; choose another name")
    if not entity and not service.endswith("s"):
        raise BadName(
            f"say what one of the things is called that {service} looks after: "
            f"make new-service name={service} entity=invoice"
        )
    entity = entity or service.removesuffix("s")
    _demand_word("entity", entity, such_as="part", reserved=_RESERVED_ENTITIES)
    if entity == service:
        raise BadName(
            f"the service and one of its things cannot both be called {service}; "
            f"choose another entity"
        )
    return Names(service, entity, port)


def _demand_word(what: str, word: str, *, such_as: str, reserved: Collection[str]) -> None:
    if not _NAME.fullmatch(word) or len(word) > _MAX_LENGTH:
        raise BadName(
            f"{what}={word!r} cannot be a name in Python: it takes a letter, then letters, digits "
            f"and single underscores, all in lower case and at most {_MAX_LENGTH} of them, "
            f"such as {what}={such_as}"
        )
    if keyword.iskeyword(word) or keyword.issoftkeyword(word) or word in reserved:
        raise BadName(f"{what}={word} is reserved; choose another, such as {what}={such_as}")


def _camel(word: str) -> str:
    return "".join(part.capitalize() for part in word.split("_"))
