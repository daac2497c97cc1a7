"""The site `demo`, made through the public API the first time an instance is up."""

import urllib.error
import urllib.request
from pathlib import Path

SITE = "demo"


def seed_demo_site(tickets_url: str, admin_token: str) -> bool:
    """True when it was made just now, False when it was there. Raises OSError when tickets does not take it."""
    url = f"{tickets_url}/v1/sites/{SITE}"
    headers = {"Authorization": f"Bearer {admin_token}", "Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10):  # noqa: S310 - our own address
            return False
    except urllib.error.HTTPError as error:
        with error:
            if error.code != 404:
                raise
    body = Path(__file__).with_name("demo_site.json").read_bytes()
    request = urllib.request.Request(url, data=body, headers=headers, method="PUT")  # noqa: S310
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310
        return True
