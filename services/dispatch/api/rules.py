"""How a site wants its jobs handed out."""

from typing import Annotated

from fastapi import Response
from pydantic import Field

from services.dispatch.actions.change_rules import change_rules, find_remarks, read_rules
from services.dispatch.api.deps import StaffCaller
from services.dispatch.domain.rules import LIFETIME_S, MIN_LIFETIME_S, Mode, SiteRules
from shared.contracts.tickets import Priority
from shared.db.transaction import Transaction
from shared.http.fields import Body, Code, Flag, Identifier, Reply, Whole
from shared.http.remarks import RemarkOut
from shared.http.requests import IfMatchSaid, Tx, etag
from shared.http.routing import action_router
from shared.ids import SiteId

router = action_router("/v1/sites", tag="rules")

_DAY_S = 86_400
_DEFAULTS = SiteRules()
Seconds = Annotated[Whole, Field(ge=MIN_LIFETIME_S, le=_DAY_S)]


Kinds = Annotated[tuple[Code, ...], Field(max_length=10)]


class RulesIn(Body):
    """What is left out is as by default.

    `offer_lifetime_s` is by priority, in seconds, at least 2. `certificates` says by category, and
    `skill_certificates` by skill, which kinds of certificate a technician needs for such work.
    With `trusts_phones` a step counts from when the technician's phone says that it was taken.
    """

    mode: Mode = _DEFAULTS.mode
    modes: Annotated[dict[Code, Mode], Field(max_length=200)] = {}
    offer_lifetime_s: dict[Priority, Seconds] = {}
    cooling_down_s: Annotated[Whole, Field(ge=0, le=7 * _DAY_S)] = _DEFAULTS.cooling_down_s
    max_distance_m: Annotated[Whole, Field(ge=1, le=1_000_000)] | None = None
    emergency_fan_out: Annotated[Whole, Field(ge=0, le=50)] = _DEFAULTS.emergency_fan_out
    retry_s: Annotated[Whole, Field(ge=1, le=_DAY_S)] = _DEFAULTS.retry_s
    assign_without_consent: Flag = False
    emergencies_interrupt: Flag = _DEFAULTS.emergencies_interrupt
    overtime_s: Annotated[Whole, Field(ge=0, le=_DAY_S)] = _DEFAULTS.overtime_s
    pool_minutes: Annotated[Whole, Field(ge=1, le=1440)] = _DEFAULTS.pool_minutes
    trusts_phones: Flag = _DEFAULTS.trusts_phones
    certificates: Annotated[dict[Code, Kinds], Field(max_length=200)] = {}
    skill_certificates: Annotated[dict[Code, Kinds], Field(max_length=200)] = {}


class RulesOut(Reply):
    mode: Mode
    modes: dict[str, Mode]
    offer_lifetime_s: dict[Priority, int]
    cooling_down_s: int
    max_distance_m: int | None
    emergency_fan_out: int
    retry_s: int
    assign_without_consent: bool
    emergencies_interrupt: bool
    overtime_s: int
    pool_minutes: int
    trusts_phones: bool
    certificates: dict[str, tuple[str, ...]]
    skill_certificates: dict[str, tuple[str, ...]]
    warnings: tuple[str, ...] = ()
    """Which of the rules no ticket can meet, in sentences;"""
    remarks: tuple[RemarkOut, ...] = ()
    """the same for programs: `no_such_site`, `unknown_category`."""


@router.get("/{site_id}/rules")
async def get_rules(
    site_id: Identifier, caller: StaffCaller, tx: Tx, response: Response
) -> RulesOut:
    rules, version = await read_rules(tx, SiteId(site_id), by=caller)
    etag(response, version)
    return await _out(tx, site_id, rules)


@router.put("/{site_id}/rules")
async def put_rules(
    site_id: Identifier,
    body: RulesIn,
    version: IfMatchSaid,
    caller: StaffCaller,
    tx: Tx,
    response: Response,
) -> RulesOut:
    """Replace the site's rules, for what is handed out from now on and for all that waits; open
    offers keep their end. With `If-Match` only those that were read.

    A rule that no ticket can meet is stored and answered with `warnings` and `remarks`.
    """
    rules = SiteRules(**{**dict(body), "offer_lifetime_s": {**LIFETIME_S, **body.offer_lifetime_s}})
    written = await change_rules(tx, SiteId(site_id), rules, seen=version, by=caller)
    etag(response, written)
    return await _out(tx, site_id, rules)


async def _out(tx: Transaction, site_id: str, rules: SiteRules) -> RulesOut:
    remarks = await find_remarks(tx, SiteId(site_id), rules)
    warnings = tuple(each.text for each in remarks)
    return RulesOut.model_validate({**vars(rules), "warnings": warnings, "remarks": remarks})
