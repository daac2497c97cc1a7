"""Who was found for a caller's number, as a form of the desk gives it back: sealed, so that no one
else is named by it.
"""

import json
import secrets
from collections.abc import Sequence
from datetime import timedelta

from services.portal.domain.sealing import NONCE_BYTES, Sealer
from shared.clock import Clock

VALID_FOR = timedelta(hours=12)
"""As long as a session of the desk may go unused."""


class FoundCallers:
    def __init__(self, keys: Sequence[tuple[str, bytes]], clock: Clock) -> None:
        """`keys` are those that the portal signs tokens with."""
        self._sealer, self._clock = Sealer(keys, "caller found for the desk"), clock

    def seal(self, person_id: str, *, site: str, shown_to: str) -> str:
        """Return what says that this person was found at the site, and who was shown it."""
        ends_at = (self._clock.now() + VALID_FOR).timestamp()
        plain = json.dumps([person_id, site, shown_to, ends_at])
        return self._sealer.seal(plain.encode(), nonce=secrets.token_bytes(NONCE_BYTES))

    def open(self, text: str, *, site: str, shown_to: str) -> str | None:
        """Return who was found; None for what was made elsewhere, of another site, shown to another
        person, or too long ago.
        """
        plain = self._sealer.open(text)
        if plain is None:
            return None
        person_id, found_at, shown, ends_at = json.loads(plain)
        is_good = (found_at, shown) == (site, shown_to) and (
            self._clock.now().timestamp() < ends_at
        )
        return str(person_id) if is_good else None
