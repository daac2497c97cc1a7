"""Whether a service is ready, and what it waits for."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException


def missing_at(url: str) -> str | None:
    """Return what the service at `url` still waits for, in its own words; None when it is ready."""
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2):  # noqa: S310 - our own address
            return None
    except urllib.error.HTTPError as error:
        with error:
            return _detail(error.read())
    except HTTPException:
        return "what answers at its port is no web server"
    except OSError:
        return "no answer yet"


def by_reason(waiting: Mapping[str, str]) -> str:
    """Return `tickets, sla: no answer yet; …`: those that wait for the same, together."""
    reasons = dict.fromkeys(waiting.values())
    return "; ".join(
        f"{', '.join(name for name in waiting if waiting[name] == reason)}: {reason}"
        for reason in reasons
    )


def _detail(body: bytes) -> str:
    try:
        return str(json.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        return "It is not ready."
