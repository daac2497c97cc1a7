"""Which language a page is in."""

from services.portal.domain.visitor import LANGUAGES, Language

DEFAULT: Language = "zh-CN"
_MAX_HEADER = 500


def as_language(text: str | None) -> Language | None:
    """Return the language that the text names, `zh`, `zh-Hans-CN` and `en-GB` too; None for
    another.
    """
    first = (text or "").strip().lower().replace("_", "-").partition("-")[0]
    return next((each for each in LANGUAGES if each.partition("-")[0] == first), None)


def choose_language(
    *, asked: str | None, cookie: str | None, account: str | None, accepted: str | None
) -> Language:
    """Return the first that is one of ours: what this request asks for, what this browser chose,
    the account's, what the browser accepts.
    """
    for text in (asked, cookie, account):
        if (language := as_language(text)) is not None:
            return language
    return _accepted(accepted or "") or DEFAULT


def _accepted(header: str) -> Language | None:
    """Return the best of an `Accept-Language` (RFC 9110 §12.5.4)."""
    best: tuple[float, Language] | None = None
    for part in header[:_MAX_HEADER].split(","):
        name, *parameters = part.split(";")
        language, weight = as_language(name), _weight(parameters)
        if language is not None and weight > 0 and (best is None or weight > best[0]):
            best = weight, language
    return None if best is None else best[1]


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.strip().partition("=")
        if name == "q":
            try:
                return float(value)
            except ValueError:
                return 0
    return 1
