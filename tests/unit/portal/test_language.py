"""Which language a page is in."""

import pytest

from services.portal.domain.language import as_language, choose_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("zh", "zh-CN"),
        ("zh-Hans-CN", "zh-CN"),
        ("ZH_cn", "zh-CN"),
        ("en-GB", "en"),
        ("de", None),
        ("", None),
        (None, None),
    ],
)
def test_a_language_is_known_by_its_names(text: str | None, language: str | None) -> None:
    assert as_language(text) == language


def test_what_is_asked_for_goes_before_what_was_chosen_and_that_before_the_account() -> None:
    chosen = {"cookie": "zh-CN", "account": "en", "accepted": "en"}

    assert choose_language(asked="en", **chosen) == "en"
    assert choose_language(asked="fr", **chosen) == "zh-CN"
    assert choose_language(asked=None, cookie=None, account="en", accepted="zh") == "en"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("de, en;q=0.3, zh-TW;q=0.4", "zh-CN"),
        ("en;q=0, zh;q=0.1", "zh-CN"),
        ("en;q=nonsense", "zh-CN"),
        ("fr", "zh-CN"),
        ("en" + ",x" * 100_000, "en"),
        (None, "zh-CN"),
    ],
)
def test_else_it_is_the_best_that_the_browser_accepts(accepted: str | None, language: str) -> None:
    assert choose_language(asked=None, cookie=None, account=None, accepted=accepted) == language
