"""What a person may have mailed or not, in groups that can be said in a line each."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from shared.auth.caller import Role

EMAIL = "email"
ALL_KINDS = "*"
Switches = Mapping[str, Mapping[str, bool]]
"""Channel → kind or `*` → whether it is on, as notify keeps them."""


class MessageGroup(StrEnum):
    PROGRESS = "progress"
    OUTCOME = "outcome"
    ANSWERS = "answers"
    JOBS = "jobs"
    TROUBLE = "trouble"
    PROMISES = "promises"
    REPORTS = "reports"


_DESK = (Role.DISPATCHER, Role.MANAGER, Role.ADMIN)
_ROLES = {
    MessageGroup.PROGRESS: (Role.RESIDENT,),
    MessageGroup.OUTCOME: (Role.RESIDENT,),
    MessageGroup.ANSWERS: (Role.RESIDENT,),
    MessageGroup.JOBS: (Role.TECHNICIAN,),
    MessageGroup.TROUBLE: _DESK,
    MessageGroup.PROMISES: _DESK,
    MessageGroup.REPORTS: _DESK,
}
_KINDS = {
    MessageGroup.PROGRESS: (
        *("ticket.received", "ticket.assigned", "ticket.unassigned", "ticket.released"),
        *("ticket.held", "ticket.rerouted", "ticket.follow_up", "ticket.appointed"),
        *("ticket.visit_cancelled", "technician.travelling", "technician.arrived"),
        "technician.rescheduled",
    ),
    MessageGroup.OUTCOME: (
        *("ticket.resolved", "ticket.closed", "ticket.reopened", "ticket.cancelled"),
        *("ticket.cancel_refused", "ticket.merged", "ticket.unmerged", "ticket.late"),
    ),
    MessageGroup.ANSWERS: ("ticket.answered", "ticket.asked"),
    MessageGroup.JOBS: (
        *("job.pooled", "job.accepted", "job.changed", "job.cancelled"),
        "certificate.expiring",
    ),
    MessageGroup.TROUBLE: (
        *("job.unassignable", "job.to_assign", "job.ineligible"),
        *("emergency.untaken", "ticket.danger"),
    ),
    MessageGroup.PROMISES: ("clock.warned", "clock.breached"),
    MessageGroup.REPORTS: (
        *("ticket.opened_for_desk", "ticket.commented", "ticket.urged", "ticket.amended"),
        *("ticket.objected", "ticket.rated", "ticket.withdrawn", "ticket.cancel_requested"),
    ),
}


def groups_for(roles: Collection[Role]) -> tuple[MessageGroup, ...]:
    """Return the groups that people with these roles are sent."""
    return tuple(group for group, whose in _ROLES.items() if any(role in whose for role in roles))


def is_mailed(group: MessageGroup, switches: Switches) -> bool:
    """Return whether any of the group is mailed."""
    mail = switches.get(EMAIL, {})
    return any(mail.get(kind, mail.get(ALL_KINDS, True)) for kind in _KINDS[group])


def with_mailed(
    switches: Switches, shown: Collection[MessageGroup], mailed: Collection[MessageGroup]
) -> dict[str, dict[str, bool]]:
    """Return the switches with each of the `shown` groups on or off as a whole; what is in none of
    them stays as it is.
    """
    mail = dict(switches.get(EMAIL, {}))
    for group in shown:
        for kind in _KINDS[group]:
            mail[kind] = group in mailed
    return {**{channel: dict(kinds) for channel, kinds in switches.items()}, EMAIL: mail}
