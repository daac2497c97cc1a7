"""The language of an explanation: as `Accept-Language` prefers it."""

import pytest

from services.dispatch.domain.language import Language

CHINESE, ENGLISH = Language.CHINESE, Language.ENGLISH


@pytest.mark.parametrize(
    ("header", "preferred"),
    [
        ("", None),
        ("zh-CN", CHINESE),
        ("zh-Hans-CN,zh;q=0.9", CHINESE),
        ("EN-gb", ENGLISH),
        ("de, en;q=0.7, zh;q=0.3", ENGLISH),
        ("en;q=0.3, zh;q=0.7", CHINESE),
        ("en, zh", ENGLISH),
        ("en;q=0, zh;q=0.001", CHINESE),
        ("en;q=0", None),
        ("de, fr", None),
        ("*", None),
        ("en;q=nonsense", None),
        ("en;q=nan", None),
        ("en;level=1", None),
        (",,;,en", ENGLISH),
    ],
)
def test_the_language_with_the_greatest_weight_that_is_spoken_is_preferred(
    header: str, preferred: Language | None
) -> None:
    assert Language.accepted(header) is preferred


@pytest.mark.parametrize(
    ("tag", "language"), [("en-US", ENGLISH), ("zh-TW", CHINESE), ("de", CHINESE)]
)
def test_a_site_whose_language_is_not_spoken_is_spoken_to_in_chinese(
    tag: str, language: Language
) -> None:
    assert Language.of(tag) is language
