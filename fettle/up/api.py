"""The services' public APIs, asked while an instance starts, by the standard library alone."""

import json
import urllib.error
import urllib.request
from typing import Any


class NotSeeded(Exception):
    """What a service said to what was to be made there."""


class NotThere(Exception):
    """It answered 404."""


def ask(url: str, token: str, *, put: Any = None) -> Any:
    """Return the JSON that is at the address, or that a PUT of `put` answers with.

    Raises NotThere and NotSeeded.
    """
    request = urllib.request.Request(  # noqa: S310 - our own address
        url,
        data=None if put is None else json.dumps(put).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        method="GET" if put is None else "PUT",
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 404:
                raise NotThere from error
            said = error.read(2000).decode(errors="replace")
            raise NotSeeded(f"{url} answered {error.code}: {said}") from error
    except OSError as error:
        raise NotSeeded(f"{url} did not answer: {error}") from error
