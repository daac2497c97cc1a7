"""A technician's answer in the webhook's own reply: what can be read of it counts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import AwareDatetime, JsonValue, TypeAdapter, ValidationError

from services.notify.domain.reply_body import ReplyBody, UnreadableBody, read_body
from services.notify.domain.reply_fault import ReplyFault
from shared.contracts.notify import Decision

_MAX_REASON_LENGTH = 500
_ARRIVAL_GRACE = timedelta(minutes=4)
"""How far in the past a planned arrival may lie, since clocks differ and answers travel: less than
dispatch grants, so that what counts here counts there.
"""
_MAX_AHEAD = timedelta(days=90)

_DECISIONS: Mapping[str, Decision] = {
    **dict.fromkeys(("accept", "accepted", "接受", "接单", "接單"), Decision.ACCEPT),
    **dict.fromkeys(
        ("decline", "declined", "reject", "rejected", "refuse", "refused"), Decision.DECLINE
    ),
    **dict.fromkeys(("拒绝", "拒絕", "拒单", "拒單"), Decision.DECLINE),
}
_YES, _NO = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})
_FLAGS: Mapping[str, Decision] = {
    "accept": Decision.ACCEPT,
    "accepted": Decision.ACCEPT,
    "decline": Decision.DECLINE,
    "declined": Decision.DECLINE,
}
_OTHER: Mapping[Decision, Decision] = {
    Decision.ACCEPT: Decision.DECLINE,
    Decision.DECLINE: Decision.ACCEPT,
}
_DECIDING = frozenset({"decision", *_FLAGS})
_ANSWER_KEYS = _DECIDING | {"reason", "plannedarrival"}
_ENVELOPES = ("data", "result", "body", "response")
"""Where a client's framework may have put the answer."""
_RECEIVED = frozenset({"ok", "okay", "success", "succeeded", "received", "done", "thanks", "null"})
"""Words that say no more than that the webhook has come, like an empty body, `{}` and `[]`."""

_MOMENT: TypeAdapter[datetime] = TypeAdapter(AwareDatetime)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True)
class Answer:
    decision: Decision
    reason: str | None
    planned_arrival: datetime | None


@dataclass(frozen=True, kw_only=True)
class Reply:
    """The answer, None where the reply holds none that counts; and what of it could not be read."""

    answer: Answer | None = None
    faults: tuple[ReplyFault, ...] = ()


def read_reply(body: ReplyBody, *, at: datetime) -> Reply:
    """Read what came back for an offer at that time. `{"decision": "accept"|"decline", "reason"?,
    "planned_arrival"?}` is the answer that is documented; its usual variants are understood.
    """
    try:
        read = read_body(body)
        members = _members(read.value)
    except UnreadableBody as error:
        return Reply(faults=(error.fault,))
    except RecursionError:
        return Reply(faults=(ReplyFault.BODY_NOT_JSON,))
    if members is None:
        return Reply()
    faults = [] if read.whole else [ReplyFault.BODY_NOT_TEXT]
    decision = _decision(members, faults)
    reason = _reason(members.get("reason"), faults)
    arrival = _arrival(members.get("plannedarrival"), faults, at=at)
    answer = (
        None
        if decision is None
        else Answer(decision=decision, reason=reason, planned_arrival=arrival)
    )
    return Reply(answer=answer, faults=tuple(faults))


def _members(value: JsonValue) -> Mapping[str, JsonValue] | None:
    """Return the answer's members by plain names; None where there is no answer meant.

    Raises UnreadableBody.
    """
    if isinstance(value, list):
        meant = [members for each in value if (members := _members(each)) is not None]
        if len(meant) > 1 and any(each != meant[0] for each in meant):
            raise UnreadableBody(ReplyFault.DECISION_AMBIGUOUS)
        return meant[0] if meant else None
    if isinstance(value, dict):
        return _members_of(value)
    if value is None or _plain(value) in _RECEIVED:
        return None
    if _plain(value) in tuple(Decision):
        return {"decision": value}
    raise UnreadableBody(ReplyFault.DECISION_MISSING)  # a bare `true` does not say to what


def _members_of(value: Mapping[str, JsonValue]) -> Mapping[str, JsonValue] | None:
    members: dict[str, JsonValue] = {}
    for name, each in value.items():
        key = _key(name)
        if key in _DECIDING and key in members and not _alike(members[key], each):
            raise UnreadableBody(ReplyFault.DECISION_AMBIGUOUS)
        members[key] = each
    if members.keys() & _ANSWER_KEYS:
        given = {name: members[name] for name in _ANSWER_KEYS & members.keys()}
        return given if any(each is not None for each in given.values()) else None
    for name in _ENVELOPES:
        within = members.get(name)
        if isinstance(within, dict | list) and (found := _members(within)) is not None:
            return found
    if any(_plain(each) in _DECISIONS for each in members.values()):
        return {}  # an answer under a name of its own, as under `action`
    return None


def _decision(members: Mapping[str, JsonValue], faults: list[ReplyFault]) -> Decision | None:
    """Return the decision that all members agree on; None, with the fault, where there is none."""
    said: set[Decision | None] = set()
    if (word := members.get("decision")) is not None:
        said.add(_decided(word))
    for name, decision in _FLAGS.items():
        if (flag := members.get(name)) is not None:
            said.add(_flagged(flag, decision))
    if len(said) == 1:
        (only,) = said
        if only is None:
            faults.append(ReplyFault.DECISION_UNKNOWN)
        return only
    faults.append(ReplyFault.DECISION_AMBIGUOUS if said else ReplyFault.DECISION_MISSING)
    return None


def _alike(one: JsonValue, other: JsonValue) -> bool:
    words = (_plain(one), _plain(other))
    return len({_DECISIONS.get(word, word) for word in words}) == 1


def _decided(word: JsonValue) -> Decision | None:
    plain = _plain(word)
    return _DECISIONS.get(plain) or _flagged(plain, Decision.ACCEPT)


def _flagged(flag: JsonValue, decision: Decision) -> Decision | None:
    plain = _plain(flag)
    if plain in _YES:
        return decision
    return _OTHER[decision] if plain in _NO else None


def _reason(value: JsonValue, faults: list[ReplyFault]) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        faults.append(ReplyFault.REASON_NOT_TEXT)
        return None
    return _UNSTORABLE.sub("", value)[:_MAX_REASON_LENGTH] or None


def _arrival(value: JsonValue, faults: list[ReplyFault], *, at: datetime) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        moment = _MOMENT.validate_python(value)
    except ValidationError:
        faults.append(ReplyFault.ARRIVAL_NOT_A_TIME)
        return None
    if not at - _ARRIVAL_GRACE <= moment <= at + _MAX_AHEAD:
        faults.append(ReplyFault.ARRIVAL_OUT_OF_RANGE)
        return None
    return moment.astimezone(UTC)


def _key(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()


def _plain(value: JsonValue) -> str:
    """Return a word without its case and what surrounds it; the empty text for what is no word."""
    if isinstance(value, bool):
        return str(value).casefold()
    return value.strip(" \t\r\n.!\"'").casefold() if isinstance(value, str) else ""
