"""Who hears of what goes wrong at a site: the site `demo` gets a dispatcher who does, and sites
that no one listens to are found.
"""

import json
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException

from fettle.up.api import NotThere, ask
from fettle.up.seed import SITE

LISTENER = "wang"
"""The dispatcher of the site `demo`."""


@dataclass(frozen=True, kw_only=True)
class UnheardSites:
    """How many sites no one listens to, and the first of their names."""

    count: int
    names: Sequence[str]

    def __str__(self) -> str:
        more = self.count - len(self.names)
        return ", ".join(self.names) + (f" and {more} more" if more > 0 else "")


def seed_listener(notify_url: str, admin_token: str) -> bool:
    """Have the dispatcher wang hear of the site demo if no one does.

    Return whether that was so; raises NotSeeded.
    """
    heard = ask(f"{notify_url}/v1/audiences?site={SITE}", admin_token)["items"]
    if heard and heard[0]["listeners"]:
        return False
    url = f"{notify_url}/v1/recipients/{LISTENER}"
    try:
        known = ask(url, admin_token)
    except NotThere:
        known = {"language": "zh-CN", "audience": []}
    audience = [{"role": each["role"], "site": each["site"]} for each in known["audience"]]
    listening = {"role": "dispatcher", "site": SITE}
    if listening in audience:
        return False
    body = {"language": known["language"], "audience": [*audience, listening]}
    ask(url, admin_token, put=body)
    return True


def unheard_sites(notify_url: str) -> UnheardSites | None:
    """Return the sites that no one listens to, as notify says beside being ready; None where each
    is heard, and where it does not say.
    """
    try:
        with urllib.request.urlopen(f"{notify_url}/readyz", timeout=5) as answer:  # noqa: S310
            said = json.load(answer).get("details", {}).get("sites_unheard")
    except (OSError, HTTPException, ValueError):
        return None
    return None if said is None else UnheardSites(count=said["count"], names=said["names"])
