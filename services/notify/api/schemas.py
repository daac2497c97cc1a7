"""What goes in and comes out of the notify API."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.notify.actions.change_endpoints import WithSecret
from services.notify.api.recipient_schemas import ListeningOut, SiteOrAll
from services.notify.domain.addresses import MAX_URL_LENGTH
from services.notify.domain.endpoint import Endpoint
from services.notify.domain.kinds import Kind
from services.notify.domain.message import DeliveryStatus, Message
from services.notify.domain.reply_fault import ReplyFault, faults_said
from services.notify.store.attempts import Attempt
from shared.http.fields import Body, Flag, Moment, Reply, Storable, Subject
from shared.http.secret_replies import ShownOnce

Url = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAX_URL_LENGTH),
    Storable,
    Field(json_schema_extra={"pattern": "^[Hh][Tt][Tt][Pp][Ss]?://[!-~]+$"}),
]
Kinds = Annotated[list[Kind], Field(min_length=1, max_length=len(Kind))]


class LoginLinkIn(Body):
    """A link to log in by, for one person."""

    recipient_id: Subject
    kind: Literal["login.link"]
    url: Url = Field(examples=["https://portal.example/login?code=7c1e"])
    sites: Annotated[list[SiteOrAll], Field(min_length=1, max_length=1000)] | None = None
    """Where the person has a role once they are logged in, `*` for everywhere: the link goes to no
    address that the staff of fewer sites gave. Left out: where notify knows them.
    """
    email: Annotated[str, StringConstraints(max_length=254), Storable] | None = None
    """The person's address as the portal knows it, empty for none: the link goes to no other that
    the staff of single sites gave. Left out: to whichever there is.
    """


class AcceptedOut(Reply):
    """The same whether there is such a person or not."""

    expires_at: datetime
    """Until when it is tried to send it."""


class ListenerOut(ListeningOut):
    """One who hears of a site; `site` is `*` for one who hears of every site."""

    recipient_id: str


class AudienceOut(Reply):
    """A site with those who hear of its work."""

    site: str
    listeners: tuple[ListenerOut, ...]


class AudiencesOut(Reply):
    items: list[AudienceOut]


class EndpointIn(Body):
    owner: Subject | None = Field(None, examples=["wang"])
    """Whose messages; the caller's when left out. Nothing of them needs to be known yet."""
    url: Url = Field(examples=["https://example.com/hooks/fettle"])
    kinds: Kinds | None = Field(None, examples=[["job.offered"]])
    """Left out: all kinds."""


class EndpointPatch(Body):
    """What is left out stays as it is; `kinds` null is all of them."""

    url: Url | None = None
    kinds: Kinds | None = None
    enabled: Flag | None = None

    @property
    def asks_for_all(self) -> bool:
        return self.kinds is None and "kinds" in self.model_fields_set


class EndpointOut(Reply):
    """An endpoint, without its secret, which is shown once."""

    id: UUID
    owner: str
    url: str
    kinds: list[Kind] | None
    version: int
    created_at: datetime
    disabled_at: datetime | None
    disabled_reason: str | None
    failing_since: datetime | None

    @classmethod
    def of(cls, endpoint: Endpoint) -> "EndpointOut":
        return cls(**_public(endpoint))


class EndpointWithSecretOut(ShownOnce, EndpointOut):
    """Keep the secret: it is not shown again, nor to a repeat of the request."""

    @classmethod
    def showing(cls, made: WithSecret) -> "EndpointWithSecretOut":
        return cls(**_public(made.endpoint), secret=made.secret)


class EndpointsOut(Reply):
    items: list[EndpointOut]


class ReplayIn(Body):
    """Either one message, or all since a time, and before another where it is given."""

    message_id: UUID | None = None
    since: Moment | None = None
    until: Moment | None = None


class ReplayOut(Reply):
    replayed: int


class TestOut(Reply):
    message_id: UUID


class AttemptOut(Reply):
    """One attempt; `answer` is the start of what came back, `reply_fault` what of an answer to an
    offer could not be read, and so did not count; `reply_faults` the same as codes.
    """

    id: UUID
    delivery_id: UUID
    message_id: UUID
    kind: str
    at: datetime
    latency_ms: int
    status: int | None
    error: str | None
    answer: str
    reply_fault: str | None
    reply_faults: list[ReplyFault]

    @classmethod
    def of(cls, attempt: Attempt) -> "AttemptOut":
        return cls(**vars(attempt), reply_faults=faults_said(attempt.reply_fault))


class AttemptsOut(Reply):
    items: list[AttemptOut]


class InboxItemOut(Reply):
    """One message; `data` is what it is about, for programs. Of a ticket that ended a month ago it
    says `"shortened": true`, and ids are what is left.
    """

    id: UUID
    kind: str
    ticket_id: UUID | None
    site_id: str | None
    at: datetime
    created_at: datetime
    language: str
    title: str
    text: str
    data: dict[str, Any]
    read_at: datetime | None
    superseded_at: datetime | None
    """When a newer message about the same ticket said otherwise, or nothing was left to do about
    it; null while it stands.
    """


class InboxOut(Reply):
    items: list[InboxItemOut]
    unread: int


class ReadIn(Body):
    newest: UUID


class UnreadOut(Reply):
    unread: int


class ReadOut(Reply):
    id: UUID
    unread: int


class DeliveryOut(Reply):
    id: UUID
    channel: str
    endpoint_id: UUID
    state: str
    attempts: int
    next_attempt_at: datetime
    reason: str | None
    done_at: datetime | None


class FailedDeliveryOut(DeliveryOut):
    """A delivery that was given up, and why (`reason`), with what it was to say to whom."""

    message_id: UUID
    kind: str
    recipient_id: str
    ticket_id: UUID | None
    site_id: str | None
    title: str
    created_at: datetime


class FailedDeliveriesOut(Reply):
    items: list[FailedDeliveryOut]


class MessageOut(InboxItemOut):
    """A message with its deliveries; `stale` says why it was not told at all."""

    recipient_id: str
    cause: str
    until: datetime | None
    stale: str | None
    deliveries: list[DeliveryOut]

    @classmethod
    def of(cls, message: Message, deliveries: Iterable[DeliveryStatus]) -> "MessageOut":
        told = [DeliveryOut.model_validate(each) for each in deliveries]
        return cls(**vars(message), deliveries=told)


class MessagesOut(Reply):
    items: list[MessageOut]


def _public(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "id": endpoint.id,
        "owner": endpoint.owner,
        "url": endpoint.url,
        "kinds": None if endpoint.kinds is None else sorted(endpoint.kinds),
        "version": endpoint.version,
        "created_at": endpoint.created_at,
        "disabled_at": endpoint.disabled_at,
        "disabled_reason": endpoint.disabled_reason,
        "failing_since": endpoint.failing_since,
    }
