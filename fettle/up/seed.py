"""The site `demo`, made through the public API the first time an instance is up."""

import urllib.error
import urllib.request
from pathlib import Path

from fettle.up.api import NotSeeded

SITE = "demo"


def seed_demo_site(tickets_url: str, admin_token: str) -> bool:
    """True when it was made just now, False when it was there. Raises NotSeeded."""
    url = f"{tickets_url}/v1/sites/{SITE}"
    headers = {"Authorization": f"Bearer {admin_token}", "Content-Type": "application/json"}
    body = Path(__file__).with_name("demo_site.json").read_bytes()
    try:
        # our own address
        if _status(urllib.request.Request(url, headers=headers)) != 404:  # noqa: S310
            return False
        # 428: it was made in between, and what exists is replaced only by those who know
        # its version.
        return _status(urllib.request.Request(url, data=body, headers=headers, method="PUT")) != 428  # noqa: S310
    except urllib.error.HTTPError as error:
        with error:
            raise NotSeeded(
                f"{url} answered {error.code}: {error.read(2000).decode(errors='replace')}"
            ) from error
    except OSError as error:
        raise NotSeeded(f"{url} did not answer: {error}") from error


def _status(request: urllib.request.Request) -> int:
    """Raises HTTPError for any other failure than those that are answers here."""
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        if error.code not in (404, 428):
            raise
        error.close()
        return error.code
