"""Policies: written and withdrawn, for tickets that are opened from now on."""

from services.sla.actions.seeing import lock_policy, lock_written_policy
from services.sla.domain.policy import DEFAULT_POLICY, Policy
from services.sla.store.terms import end_policy, find_calendars, last_policy, save_policy
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.errors import Conflict, Invalid
from shared.preconditions import demand_version
from shared.telemetry import get_logger

log = get_logger(__name__)


async def put_policy(
    tx: Transaction, policy: Policy, *, version: int | None, by: Caller
) -> tuple[Policy, bool]:
    """Store it as its next version, and return that, and whether there was none before; `version`
    is the one that the caller has read.

    Raises Forbidden, NotFound, Conflict, PreconditionRequired, Stale, and Invalid for a calendar
    that there is not.
    """
    held = await lock_policy(tx, policy.id, site_id=policy.site_id, by=by)
    _demand_no_default(policy.id)
    demand_version(held.version if held else 0, version)
    await _check_calendars(tx, policy)
    last = await last_policy(tx, policy.id)
    written = policy.model_copy(update={"version": last[0] + 1 if last else 1})
    await save_policy(tx, written)
    log.info("policy_written", policy_id=policy.id, version=written.version, by=by.id)
    return written, held is None


async def withdraw_policy(
    tx: Transaction, policy_id: str, *, version: int | None, by: Caller
) -> None:
    """Let tickets that are opened from now on have the policy that is most specific without it;
    those opened under it keep what they were promised.

    Raises Forbidden, NotFound, Conflict, PreconditionRequired, Stale.
    """
    policy = await lock_written_policy(tx, policy_id, by=by)
    _demand_no_default(policy_id)
    demand_version(policy.version, version)
    await end_policy(tx, policy_id)
    log.info("policy_withdrawn", policy_id=policy_id, version=policy.version, by=by.id)


def _demand_no_default(policy_id: str) -> None:
    if policy_id == DEFAULT_POLICY:
        raise Conflict(
            "The default policy is built in; write one without a site under another id to put it "
            "aside everywhere."
        )


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
                reason="no_such_calendar",
                values={"calendar": calendar_id},
            )
