"""Policies: written. A new version is for tickets that are opened from now on."""

from services.sla.actions.seeing import lock_policy
from services.sla.domain.policy import DEFAULT_POLICY, Policy
from services.sla.store.terms import find_calendars, save_policy
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.errors import Conflict, Invalid
from shared.preconditions import demand_version
from shared.telemetry import get_logger

log = get_logger(__name__)


async def put_policy(tx: Transaction, policy: Policy, *, version: int | None, by: Caller) -> Policy:
    """Store it as its next version; `version` is the one that the caller has read. Raises
    Forbidden, NotFound, Conflict, PreconditionRequired, Stale, and Invalid for a calendar that
    there is not.
    """
    held = await lock_policy(tx, policy.id, site_id=policy.site_id, by=by)
    if policy.id == DEFAULT_POLICY:
        raise Conflict(
            "The default policy is built in; write one without a site under another id to put it "
            "aside everywhere."
        )
    newest = held.version if held else 0
    demand_version(newest, version)
    await _check_calendars(tx, policy)
    written = policy.model_copy(update={"version": newest + 1})
    await save_policy(tx, written)
    log.info("policy_written", policy_id=policy.id, version=written.version, by=by.id)
    return written


async def _check_calendars(tx: Transaction, policy: Policy) -> None:
    named = {
        targets.calendar: priority
        for priority, targets in policy.targets.items()
        if targets.calendar is not None
    }
    known = await find_calendars(tx, list(named))
    for calendar_id, priority in named.items():
        if calendar_id not in known or known[calendar_id] not in (None, policy.site_id):
            raise Invalid(
                f"There is no calendar {calendar_id!r} for this site.",
                field=f"/targets/{priority}/calendar",
            )
