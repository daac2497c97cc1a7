"""The languages in which dispatch explains itself."""

from enum import StrEnum


class Language(StrEnum):
    CHINESE = "zh-CN"
    ENGLISH = "en"

    @classmethod
    def of(cls, tag: str) -> "Language":
        """Return the language nearest to a tag such as `en-GB`; Chinese for one that dispatch does
        not speak.
        """
        return cls.ENGLISH if tag.lower().split("-", 1)[0] == "en" else cls.CHINESE

    @classmethod
    def accepted(cls, header: str) -> "Language | None":
        """Return the language that an `Accept-Language` prefers (RFC 9110 §12.5.4), of equals the
        first named; None where it names none that dispatch speaks.
        """
        best, best_weight = None, 0.0
        for part in header.split(","):
            tag, _, parameter = part.partition(";")
            spoken = _SPOKEN.get(tag.strip().lower().split("-", 1)[0])
            weight = _weight(parameter.strip().lower())
            if spoken is not None and weight > best_weight:
                best, best_weight = spoken, weight
        return best


_SPOKEN = {"zh": Language.CHINESE, "en": Language.ENGLISH}


def _weight(parameter: str) -> float:
    """Return the weight that `q=0.8` gives; 1 without one, 0 for what is none."""
    if not parameter:
        return 1.0
    name, _, value = parameter.partition("=")
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if name.strip() == "q" and 0 <= weight <= 1 else 0.0
