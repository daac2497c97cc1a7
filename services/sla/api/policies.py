"""Policies: `GET /v1/policies`, `GET|PUT|DELETE /v1/policies/{id}`."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query, Response
from pydantic import AfterValidator, BeforeValidator, Field

from services.sla.actions.change_policy import put_policy, withdraw_policy
from services.sla.actions.read_terms import find_remarks, list_policies
from services.sla.actions.seeing import see_policy
from services.sla.domain.access import MANAGERS
from services.sla.domain.durations import Span, parse_span
from services.sla.domain.policy import (
    USUAL_STOPS,
    USUAL_TARGETS,
    USUAL_WARNINGS,
    CountedIn,
    Policy,
    Recompute,
    Targets,
)
from shared.auth.caller import STAFF, Caller
from shared.contracts.categories import Nature
from shared.contracts.sla import ClockKind
from shared.contracts.tickets import HoldReason, Priority
from shared.db.transaction import Transaction
from shared.errors import Conflict, NotFound
from shared.http.declared import refuses
from shared.http.fields import Body, Code, Flag, Identifier, Reply, Whole
from shared.http.paging import IDENTIFIERS, Page, paged_by
from shared.http.remarks import RemarkOut
from shared.http.requests import IfMatchMaybe, Tx, etag, may
from shared.http.routing import action_router
from shared.remarks import Remark

router = action_router("/v1/policies", tag="policies")

Reader = Annotated[Caller, may(*STAFF)]
Writer = Annotated[Caller, may(*MANAGERS)]


def _text_or_number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(
            "has to be an ISO 8601 duration such as P2D or PT15M, or a number of seconds"
        )
    return value


def _promised(value: str | float) -> str:
    return parse_span(value).iso()


Promised = Annotated[str | float, BeforeValidator(_text_or_number), AfterValidator(_promised)]
"""`P2D`, `PT15M`, or a number of seconds; in working time a day is a working day."""


class MatchIn(Body):
    """What is left out does not matter."""

    category: Code | None = None
    nature: Nature | None = None
    priority: Priority | None = None
    channel: Code | None = None


class TargetsIn(Body):
    """`counted_in` wall time, or the working time of `calendar` (left out: the site's own). A clock
    that is null is not promised; what is left out is as in the default policy.
    """

    counted_in: CountedIn | None = None
    calendar: Identifier | None = None
    response: Promised | None = Field(None, examples=["PT2H"])
    arrival: Promised | None = Field(None, examples=["P1D"])
    resolution: Promised | None = Field(None, examples=[7])


class PolicyIn(Body):
    """A policy as it is to be, whole; what is left out is as in the default policy. `site_id` null
    is for every site.

    `arrival_restarts`: reopening promises another visit. `honours_appointments`: a visit agreed
    with the resident gives `arrival` until its end, if that is later, but no longer than
    `visits_within_days` after the opening.
    """

    site_id: Identifier | None = None
    match: MatchIn = MatchIn()
    order: Annotated[Whole, Field(ge=0, le=10_000)] = 0
    targets: dict[Priority, TargetsIn] = Field(
        {},
        examples=[{"normal": {"counted_in": "working", "response": "PT2H", "resolution": "P2D"}}],
    )
    stopped_by: dict[ClockKind, list[HoldReason]] = Field(
        {}, examples=[{"arrival": ["waiting_resident", "no_access"]}]
    )
    warn_at: Annotated[tuple[Annotated[Whole, Field(ge=1, le=99)], ...], Field(max_length=9)] = (
        USUAL_WARNINGS
    )
    recompute: Recompute = Recompute.FROM_START
    arrival_restarts: Flag = False
    honours_appointments: Flag = True
    visits_within_days: Annotated[Whole, Field(ge=1, le=366)] = 14

    def policy(self, policy_id: str) -> Policy:
        return Policy(
            id=policy_id,
            version=1,
            site_id=self.site_id,
            match=self.match.model_dump(),
            order=self.order,
            targets={
                priority: _targets(priority, self.targets.get(priority)) for priority in Priority
            },
            stopped_by={
                **USUAL_STOPS,
                **{kind: frozenset(reasons) for kind, reasons in self.stopped_by.items()},
            },
            warn_at=tuple(sorted(set(self.warn_at))),
            recompute=self.recompute,
            arrival_restarts=self.arrival_restarts,
            honours_appointments=self.honours_appointments,
            visits_within_days=self.visits_within_days,
        )


class MatchOut(Reply):
    category: str | None
    nature: Nature | None
    priority: Priority | None
    channel: str | None


class TargetsOut(Reply):
    counted_in: CountedIn
    calendar: str | None
    response: str | None
    arrival: str | None
    resolution: str | None


class PolicyOut(Reply):
    id: str
    version: int
    site_id: str | None
    match: MatchOut
    order: int
    targets: dict[Priority, TargetsOut]
    stopped_by: dict[ClockKind, list[HoldReason]]
    warn_at: tuple[int, ...]
    recompute: Recompute
    arrival_restarts: bool
    honours_appointments: bool
    visits_within_days: int
    warnings: tuple[str, ...] = ()
    """Why no ticket may ever match it, in sentences;"""
    remarks: tuple[RemarkOut, ...] = ()
    """the same for programs: `no_such_site`, `unknown_category`, `no_such_nature`,
    `unknown_channel`.
    """


class PoliciesOut(Reply):
    items: tuple[PolicyOut, ...]


@router.get("")
@refuses(NotFound)
async def list_all(
    caller: Reader,
    tx: Tx,
    page: Annotated[Page[str], paged_by(IDENTIFIERS)],
    response: Response,
    site: Annotated[Identifier | None, Query()] = None,
) -> PoliciesOut:
    """Return the policies that were written for your sites and for all, by id; with `site` those
    that count there. The built-in `default` and what was withdrawn are not in it.
    """
    found = await list_policies(
        tx, by=caller, site_id=site, after=page.last or "", limit=page.limit
    )
    shown = page.cut(found, response, lambda policy: policy.id)
    remarks = await find_remarks(tx, shown)
    return PoliciesOut(items=tuple(_out(policy, remarks[policy.id]) for policy in shown))


@router.get("/{policy_id}")
async def read(policy_id: Identifier, response: Response, caller: Reader, tx: Tx) -> PolicyOut:
    """Return the policy. `default` is the built-in one, which a ticket has when no other is for
    it.
    """
    return await _answer(tx, await see_policy(tx, policy_id, by=caller), response)


@router.put(
    "/{policy_id}", responses={201: {"model": PolicyOut, "description": "The policy is new."}}
)
@refuses(Conflict)
async def put(
    policy_id: Identifier,
    response: Response,
    body: PolicyIn,
    version: IfMatchMaybe,
    caller: Writer,
    tx: Tx,
) -> PolicyOut:
    """Create the policy, or its next version; `If-Match` is demanded where it exists.

    Tickets keep the version they were opened under. A policy that no ticket can match, for a
    misspelt category say, is stored and answered with `warnings` and `remarks`.
    """
    policy, created = await put_policy(tx, body.policy(policy_id), version=version, by=caller)
    response.status_code = 201 if created else 200
    return await _answer(tx, policy, response)


@router.delete("/{policy_id}", status_code=204)
@refuses(Conflict)
async def withdraw(policy_id: Identifier, version: IfMatchMaybe, caller: Writer, tx: Tx) -> None:
    """Withdraw the policy, for tickets that are opened from now on; `If-Match` is demanded.

    Tickets that were opened under it keep what they were promised.
    """
    await withdraw_policy(tx, policy_id, version=version, by=caller)


def _targets(priority: Priority, given: TargetsIn | None) -> Targets:
    usual = USUAL_TARGETS[priority]
    if given is None:
        return usual
    said = given.model_dump(exclude_unset=True)
    spans: Mapping[str, Span | None] = {
        kind: getattr(usual, kind) for kind in ("response", "arrival", "resolution")
    }
    return Targets(
        counted_in=given.counted_in or usual.counted_in,
        calendar=given.calendar,
        **{kind: said.get(kind, span) for kind, span in spans.items()},
    )


async def _answer(tx: Transaction, policy: Policy, response: Response) -> PolicyOut:
    etag(response, policy.version)
    return _out(policy, (await find_remarks(tx, [policy]))[policy.id])


def _out(policy: Policy, remarks: tuple[Remark, ...]) -> PolicyOut:
    body = policy.model_dump(mode="json")
    body["stopped_by"] = {kind: sorted(reasons) for kind, reasons in body["stopped_by"].items()}
    warnings = tuple(each.text for each in remarks)
    return PolicyOut.model_validate({**body, "warnings": warnings, "remarks": remarks})
