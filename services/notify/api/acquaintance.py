"""As what a person is known: for a portal, before it lets others decide who gets in as them."""

from typing import Annotated

from services.notify.actions.seeing import see_acquaintance
from shared.auth.caller import Caller, Role
from shared.http.fields import Reply, Subject
from shared.http.requests import Tx, may
from shared.http.routing import action_router
from shared.http.secret_replies import SecretReply
from shared.ids import PersonId

router = action_router("/v1/recipients/{recipient_id}/acquaintance", tag="recipients")

_OfEverySite = Annotated[Caller, may(Role.ADMIN, Role.INTEGRATION)]


class KnownAsOut(Reply):
    """`role` is null where no more is known than that they were told something of the site."""

    site: str
    role: str | None


class AcquaintanceOut(SecretReply):
    """All that a person is known as, none of it for one who is not; `own_email` is the address that
    they gave themself.
    """

    known: tuple[KnownAsOut, ...]
    own_email: str | None


@router.get("")
async def get(recipient_id: Subject, caller: _OfEverySite, tx: Tx) -> AcquaintanceOut:
    """Return as what the person is known at which sites, for admins and integrations of every
    site: who invites a person has to look after all of it.
    """
    return AcquaintanceOut.model_validate(
        await see_acquaintance(tx, PersonId(recipient_id), by=caller)
    )
