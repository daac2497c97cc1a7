"""Bearer tokens of several issuers, each proven against its own issuer's keys."""

import asyncio
import contextlib
from collections.abc import Mapping

from joserfc import jws
from joserfc.errors import JoseError
from pydantic_core import from_json

from shared.auth.bearer import MAX_TOKEN_BYTES, REFRESH_AGAIN_S, REFRESH_EVERY_S, BearerTokens
from shared.auth.caller import Caller
from shared.errors import Unauthenticated


class TrustedIssuers:
    """Proves tokens of the issuers that are trusted, each of them with everything: any `sub`, any
    role and any site.
    """

    def __init__(
        self,
        issuers: Mapping[str, str],
        *,
        audience: str,
        refresh_every_s: float = REFRESH_EVERY_S,
        refresh_again_s: float = REFRESH_AGAIN_S,
    ) -> None:
        """`issuers`: where the keys of each are, by its `iss`; where there are none, no token is
        taken. Times as those of BearerTokens.
        """
        self._by_name = {
            issuer: BearerTokens(
                jwks,
                issuer=issuer,
                audience=audience,
                refresh_every_s=refresh_every_s,
                refresh_again_s=refresh_again_s,
            )
            for issuer, jwks in issuers.items()
        }
        self._all = tuple(self._by_name.values())

    async def refresh(self) -> None:
        """Read the keys of every issuer anew; log failures and keep the keys that are known."""
        await asyncio.gather(*(each.refresh() for each in self._all))

    async def refresh_issuer_keys(self) -> None:
        """Read the keys again and again until cancelled, so that no request waits for them."""
        async with asyncio.TaskGroup() as tasks:
            for each in self._all:
                tasks.create_task(each.refresh_issuer_keys())

    async def wait_for_first_look(self, timeout_s: float) -> None:
        """Return once every issuer was asked for its keys, or when the time is up."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await asyncio.gather(*(each.looked.wait() for each in self._all))

    @property
    def ready(self) -> bool:
        """Whether keys are known of one issuer at least: one that is away shuts out its own callers
        alone.
        """
        return any(each.ready for each in self._all)

    def known(self, token: str) -> Caller | None:
        """Return the caller where the token was proven before, at the cost of a look."""
        for each in self._all:
            if (caller := each.known(token)) is not None:
                return caller
        return None

    def prove(self, token: str) -> Caller:
        """Return the caller that the token proves.

        Raises Unauthenticated, which says what is wrong with the token and never what is in it;
        Unavailable without keys.
        """
        if not self._all:
            raise Unauthenticated("No bearer token is taken here.")
        if len(self._all) == 1:
            return self._all[0].prove(token)
        known = self.known(token)
        return self._issuer_of(token).prove(token) if known is None else known

    def _issuer_of(self, token: str) -> BearerTokens:
        """Return whose keys have to prove it, by the claim that they prove then; the first for a
        token that names none of them, to say what is wrong with it.
        """
        try:
            claimed = jws.extract_compact(token[:MAX_TOKEN_BYTES].encode()).payload
            issuer = from_json(claimed).get("iss")
        except (JoseError, ValueError, AttributeError, TypeError):
            return self._all[0]
        return self._by_name.get(issuer, self._all[0]) if isinstance(issuer, str) else self._all[0]
