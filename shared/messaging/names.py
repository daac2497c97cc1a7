"""What streams, durables and the subjects of core NATS are called."""

JETSTREAM_API = "$JS.API"
"""What the subjects of JetStream's API begin with, in the account that has the streams."""
IMPORTED_API = "fettle.js"
"""The same in the account of a service, which imports what it may ask under this name: under its
own, every account's leads to streams of its own.
"""


def stream_name(owner: str) -> str:
    return owner.upper()


def durable_name(service: str, owner: str) -> str:
    return f"{service}-{owner}"


def inbox_prefix(user: str) -> str:
    """Return what the inboxes of a user begin with: no other service may read them."""
    return f"_INBOX.{user}"


def wake_subject(service: str) -> str:
    """Return where instances of a service tell each other what live streams are to look at."""
    return f"fettle.wake.{service}"


def topology_subject(service: str) -> str:
    """Return where a service asks for a stream or a durable to be declared."""
    return f"fettle.topology.{service}"
