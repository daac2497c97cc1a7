"""What a policy asks of a ticket that no ticket can have: most often a slip of the pen."""

from collections.abc import Iterator, Mapping

from services.sla.domain.policy import Policy
from shared.contracts.categories import Nature
from shared.contracts.tickets import Channel
from shared.remarks import Remark

_MAX_NAMED = 20

Categories = Mapping[str, Nature]
"""The categories of a site: code → nature."""


def remarks_about(policy: Policy, categories: Mapping[str, Categories]) -> tuple[Remark, ...]:
    """Return why no ticket may ever match the policy: `no_such_site`, `unknown_category`,
    `no_such_nature`, `unknown_channel`; `categories` are those of the policy's site, or of all
    sites, by site.
    """
    return tuple(_remarks(policy, categories))


def _remarks(policy: Policy, categories: Mapping[str, Categories]) -> Iterator[Remark]:
    if policy.site_id is not None and policy.site_id not in categories:
        yield Remark(
            code="no_such_site",
            text=f"There is no site {policy.site_id!r} yet: no ticket has this policy until there "
            "is.",
            values={"site": policy.site_id},
        )
    known = {
        (code, nature)
        for site_id, of_site in categories.items()
        if policy.site_id in (None, site_id)
        for code, nature in of_site.items()
    }
    where = "any site" if policy.site_id is None else f"site {policy.site_id!r}"
    category, nature, channel = policy.match.category, policy.match.nature, policy.match.channel
    alike = {each for each in known if category in (None, each[0])}
    if known and not alike:
        named = ", ".join(sorted({code for code, _ in known})[:_MAX_NAMED])
        yield Remark(
            code="unknown_category",
            text=f"No category {category!r} is known at {where}, so no ticket matches; known are: "
            f"{named}.",
            values={"category": category or ""},
        )
    if alike and nature is not None and nature not in {each for _, each in alike}:
        what = "category" if category is None else f"category {category!r}"
        yield Remark(
            code="no_such_nature",
            text=f"No {what} of {where} is of nature {nature.value!r}, so no ticket matches.",
            values={"nature": nature.value, "category": category or ""},
        )
    if channel is not None and channel not in set(Channel):
        yield Remark(
            code="unknown_channel",
            text=f"No ticket comes by the channel {channel!r}, so none matches; channels are: "
            f"{', '.join(Channel)}.",
            values={"channel": channel},
        )
