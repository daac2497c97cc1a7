"""The portal's tables: who may sign in, and who is signed in. It holds no row of the business.

Other services declare theirs as SQLModel's classes, which bring the ORM with them
(docs/decisions/0062-lean-portal.md).
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, MetaData, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from shared.db.idempotency_table import idempotency_table

METADATA = MetaData()
_MOMENT = TIMESTAMP(timezone=True)


def _key(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, primary_key=True)


def _given(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=False)


ACCOUNTS = Table(
    "accounts",
    METADATA,
    _key("person_id", Text),
    _given("name", Text),
    Column("email", Text),  # in lower case
    Column("phone", Text),
    _given("language", Text),
    _given("grants", JSONB),  # a list of {"role", "site"}
    _given("units", JSONB),
    _given("created_at", _MOMENT),
    Column("disabled_at", _MOMENT),
    _given("version", BigInteger),
    Index("accounts_by_email", "email", unique=True, postgresql_where=text("email is not null")),
)
SESSIONS = Table(
    "sessions",
    METADATA,
    _key("id", Uuid),
    _given("token_hash", Text),  # all that is known of the token in the cookie
    Column("person_id", Text),
    _given("kind", Text),
    Column("only_ticket", Uuid),
    _given("csrf_secret", Text),
    _given("created_at", _MOMENT),
    _given("seen_at", _MOMENT),
    _given("ends_at", _MOMENT),
    _given("idle_s", BigInteger),
    _given("user_agent", Text),
    _given("address_prefix", Text),
    Column("revoked_at", _MOMENT),
    Index("sessions_by_token", "token_hash", unique=True),
    Index("sessions_by_person", "person_id"),
    Index("sessions_by_end", "ends_at"),
)
LOGIN_LINKS = Table(
    "login_links",  # a link to log in by, whose code only its mail has
    METADATA,
    _key("code_hash", Text),  # in hexadecimal
    _given("person_id", Text),
    _given("next", Text),
    _given("made_at", _MOMENT),
    _given("ends_at", _MOMENT),
    Column("used_at", _MOMENT),
    _given("handed_over", Boolean),
    Index("login_links_by_end", "ends_at"),
    Index("login_links_by_person", "person_id"),
)
OWN_SIGN_INS = Table(
    "own_sign_ins",  # when a person first came by their own means
    METADATA,
    _key("person_id", Text),
    _given("first_at", _MOMENT),
)
PASSWORDS = Table(
    "passwords",
    METADATA,
    _key("person_id", Text),
    _given("hash", Text),
    _given("changed_at", _MOMENT),
)
IDENTITIES = Table(
    "identities",  # whom a company's own issuer names, and whose account that is
    METADATA,
    _key("issuer", Text),
    _key("subject", Text),
    _given("person_id", Text),
    _given("linked_at", _MOMENT),
    Index("identities_by_person", "person_id", "issuer", unique=True),
)
API_KEYS = Table(
    "api_keys",
    METADATA,
    _key("id", Uuid),
    _given("subject", Text),
    _given("name", Text),
    _given("sites", JSONB),
    _given("secret_hash", Text),
    _given("made_by", Text),
    _given("made_at", _MOMENT),
    Column("last_used_at", _MOMENT),
    Column("revoked_at", _MOMENT),
)
ENDED_TICKET_LINKS = Table(
    "ended_ticket_links",  # links to tickets that a person was given before then open nothing
    METADATA,
    _key("person_id", Text),
    _given("before", _MOMENT),
)
SIGN_IN_ATTEMPTS = Table(
    "sign_in_attempts",  # how often one subject of a limit was tried since the first of these tries
    METADATA,
    _key("subject", Text),
    _given("tries", BigInteger),
    _given("ends_at", _MOMENT),
    Index("sign_in_attempts_by_end", "ends_at"),
)
SAVED_FILTERS = Table(
    "saved_filters",  # lists of tickets that a person of the desk has saved
    METADATA,
    _key("id", Uuid),
    _given("person_id", Text),
    _given("name", Text),
    _given("query", Text),  # that of the list's address
    _given("created_at", _MOMENT),
    Index("saved_filters_by_person", "person_id", "name", unique=True),
)
idempotency_table(METADATA)
