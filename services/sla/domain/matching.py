"""What a policy asks of a ticket that no ticket can have: most often a slip of the pen."""

from collections.abc import Iterator, Mapping

from services.sla.domain.policy import Policy
from shared.contracts.tickets import Channel

_MAX_NAMED = 20


def warnings_about(policy: Policy, categories: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """Return why no ticket may ever match the policy, in sentences; `categories` are those of the
    policy's site, or of all sites, by site.
    """
    return tuple(_warnings(policy, categories))


def _warnings(policy: Policy, categories: Mapping[str, frozenset[str]]) -> Iterator[str]:
    if policy.site_id is not None and policy.site_id not in categories:
        yield f"There is no site {policy.site_id!r} yet: no ticket has this policy until there is."
        known: frozenset[str] = frozenset()
    else:
        known = frozenset().union(
            *(codes for site_id, codes in categories.items() if policy.site_id in (None, site_id))
        )
    category, channel = policy.match.category, policy.match.channel
    if category is not None and known and category not in known:
        where = "any site" if policy.site_id is None else f"site {policy.site_id!r}"
        named = ", ".join(sorted(known)[:_MAX_NAMED])
        yield (
            f"No category {category!r} is known at {where}, so no ticket matches; known are: "
            f"{named}."
        )
    if channel is not None and channel not in set(Channel):
        yield (
            f"No ticket comes by the channel {channel!r}, so none matches; channels are: "
            f"{', '.join(Channel)}."
        )
