"""Who may say what another person is: no one grants more than they have."""

from collections.abc import Iterable

from services.portal.domain.account import Account
from services.portal.domain.known_person import KnownPerson
from services.portal.domain.visitor import Visitor
from shared.auth.caller import EVERY_SITE, STAFF, Grant, Role

_GRANTED_BY = {
    Role.RESIDENT: (Role.DISPATCHER, Role.MANAGER, Role.ADMIN),
    Role.TECHNICIAN: (Role.MANAGER, Role.ADMIN),
    Role.DISPATCHER: (Role.MANAGER, Role.ADMIN),
    Role.MANAGER: (Role.MANAGER, Role.ADMIN),
    Role.ADMIN: (Role.ADMIN,),
    Role.INTEGRATION: (Role.ADMIN,),
}
"""Role → who gives it to others, and takes it away, at a site."""
PEOPLE_ROLES = tuple(role for role in Role if role is not Role.INTEGRATION)
"""Those that a person may have; integrations have keys instead."""


def may_grant(by: Visitor, grant: Grant) -> bool:
    """Return whether the visitor gives and takes away this role at this site; at every site (`*`)
    only who has theirs there.
    """
    return by.has(*_GRANTED_BY[grant.role], site=grant.site)


def roles_granted(by: Visitor) -> tuple[Role, ...]:
    """Return the roles that the visitor gives at one site or another."""
    return tuple(role for role in PEOPLE_ROLES if by.has(*_GRANTED_BY[role]))


def sites_granted(by: Visitor, role: Role) -> frozenset[str] | None:
    """Return the sites at which the visitor gives the role; None means every site."""
    return by.sites(*_GRANTED_BY[role])


def may_see(by: Visitor, account: Account) -> bool:
    """Return whether the account is there for the visitor: for staff of one of its sites."""
    sites = sites_kept(by)
    return sites is None or any(grant.site in sites for grant in account.grants)


def sites_kept(by: Visitor) -> frozenset[str] | None:
    """Return the sites whose accounts the visitor sees; None means every site."""
    return by.sites(*STAFF)


def may_change(by: Visitor, account: Account) -> bool:
    """Return whether the visitor changes the account as a whole, and disables it: where all that
    it is may be granted by them, and it is not their own.
    """
    return account.person_id != by.person_id and all(
        may_grant(by, grant) for grant in account.grants
    )


def may_grant_all(by: Visitor, person: KnownPerson) -> bool:
    """Return whether the visitor gives all that the person is known as; where no role is known they
    have to look after the site.
    """
    return all(
        by.has(*STAFF, site=each.site)
        if each.role is None
        else may_grant(by, Grant(each.role, each.site))
        for each in person.known
    )


def grants_seen(by: Visitor, grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """Return those of the grants that are at the visitor's sites; sites are walls."""
    sites = sites_kept(by)
    return tuple(grant for grant in grants if sites is None or grant.site in sites | {EVERY_SITE})
