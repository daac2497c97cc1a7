"""People to try a development instance with, one for each role."""

from datetime import datetime

from services.portal.domain.account import Account
from services.portal.store.accounts import lock_account, save_account
from shared.auth.caller import EVERY_SITE, Grant, Role
from shared.db.transaction import Transaction
from shared.ids import PersonId, SiteId

SITE = SiteId("demo")
TECHNICIAN = PersonId("demo-technician")
TECHNICIAN_NAME = "李强"
_PEOPLE: dict[Role, tuple[str, str, tuple[str, ...]]] = {
    Role.RESIDENT: ("demo-resident", "陈静", ("3-1202",)),
    Role.TECHNICIAN: (TECHNICIAN, TECHNICIAN_NAME, ()),
    Role.DISPATCHER: ("wang", "王芳", ()),
    Role.MANAGER: ("demo-manager", "周敏", ()),
    Role.ADMIN: ("demo-admin", "林涛", ()),
}
"""Role → person id, name and flats."""


def demo_roles() -> frozenset[str]:
    """Return the roles that there is a person for."""
    return frozenset(_PEOPLE)


async def find_demo_person(tx: Transaction, role: Role) -> Account:
    """Return the account of the demo person, made at the first time, with those of the others, and
    enabled.
    """
    await tx.lock("demo_people", [SITE])
    people: dict[Role, Account] = {}
    for each in _PEOPLE:
        usual = demo_account(each, at=tx.now)
        account = await lock_account(tx, usual.person_id)
        if account is None or (each is role and account.disabled_at is not None):
            account = usual
            save_account(tx, account)
        people[each] = account
    return people[role]


def demo_account(role: Role, *, at: datetime) -> Account:
    """Return the account of the demo person with that role, as it is when it is made."""
    id, name, units = _PEOPLE[role]
    return Account(
        person_id=PersonId(id),
        name=name,
        email=None,
        phone=None,
        language="zh-CN",
        grants=(Grant(role, SiteId(EVERY_SITE) if role is Role.ADMIN else SITE),),
        units=frozenset(units),
        created_at=at,
        disabled_at=None,
        version=1,
    )
