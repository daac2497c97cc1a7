"""Addresses of our own pages."""

import re

_LOCAL = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""A path of ours with its query: printable ASCII, no backslash, which browsers take for a slash,
and no second slash, behind which another host would stand.
"""
_MAX = 2000


def local_address(text: str | None, default: str = "/") -> str:
    """Return the address where it leads to a page of ours, else `default`: what comes from outside
    leads nowhere else.
    """
    if text is not None and len(text) <= _MAX and _LOCAL.fullmatch(text):
        return text
    return default


def is_plain(text: str) -> bool:
    """Return whether the text stands in a path or a header as it is, and begins nothing else."""
    return text.isascii() and text.isprintable()


def without_query(address: str, name: str) -> str:
    """Return the address without what its query says of that name."""
    path, _, query = address.partition("?")
    kept = [each for each in query.split("&") if each and each.partition("=")[0] != name]
    return f"{path}?{'&'.join(kept)}" if kept else path


def is_loopback_host(host: str) -> bool:
    """Return whether a `Host` header names this machine."""
    name = host.strip().lower()
    name = name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0]
    return name in ("localhost", "::1") or bool(re.fullmatch(r"127(\.[0-9]{1,3}){3}", name))
