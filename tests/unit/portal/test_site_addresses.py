"""Ids of sites in addresses: they may have signs that mean something there."""

import re
from pathlib import Path

_PORTAL = Path(__file__).parents[3] / "services" / "portal"
_IN_TEMPLATES = re.compile(r"site=(?:\{\{ ?|\" ?~ ?)(?![^}~)]*\|urlencode)[^}~)]*")
_IN_CODE = re.compile(r"[?&]site=\{[^}]*\}")


def test_the_id_of_a_site_is_escaped_wherever_it_stands_in_a_query() -> None:
    plain = [
        (path.name, found)
        for kind, pattern in (("html", _IN_TEMPLATES), ("py", _IN_CODE))
        for path in sorted(_PORTAL.rglob(f"*.{kind}"))
        for found in pattern.findall(path.read_text(encoding="utf-8"))
    ]

    assert plain == []
