"""Refusals with a reason, in words of the reader's language."""

import ast
from pathlib import Path

import pytest

from services.portal.domain.visitor import LANGUAGES, Language
from tests.support.messages import strict_messages

_ROOT = Path(__file__).parents[3]
_ADDRESSES = (
    "services/notify/domain/addresses.py",
    "services/notify/adapters/pinned_addresses.py",
)


def _refused_urls() -> list[tuple[str, tuple[str, ...]]]:
    """Return why an address is refused, each with the names of its values."""
    found = set()
    for path in _ADDRESSES:
        for node in ast.walk(ast.parse((_ROOT / path).read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "url_refused":
                assert isinstance(node.args[0], ast.Constant)
                values = tuple(str(each.arg) for each in node.keywords)
                found.add((str(node.args[0].value), values))
    return sorted(found)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("reason", "values"), _refused_urls())
def test_why_an_address_is_refused_has_a_message(
    reason: str, values: tuple[str, ...], language: Language
) -> None:
    t = strict_messages().translate(language)

    assert t(f"refusal-url-refused-{reason.replace('_', '-')}", **dict.fromkeys(values, "7"))
