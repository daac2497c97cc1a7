"""What is worth a look in something that people have set or sent, for people and for programs."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Remark:
    """`code` and the `values` that it is about are for programs that say it in words of their own,
    `text` says it in English.
    """

    code: str
    text: str
    values: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, code: str, text: str, **values: object) -> "Remark":
        """Return the remark whose English is `text` with the values in their places: `{room}`."""
        said = {name: _writable(str(value)) for name, value in values.items()}
        return cls(code=code, text=text.format(**said), values=said)


def _writable(text: str) -> str:
    """Return the text with halves of surrogate pairs escaped: no answer could be written."""
    return text.encode(errors="backslashreplace").decode()


class WrongValue(ValueError):
    """A value that cannot be so: `remark` says why to programs, the message in English. `why` has
    the values in their places: `{room}`.
    """

    def __init__(self, code: str, why: str, **values: object) -> None:
        self.remark = Remark.of(code, why, **values)
        super().__init__(self.remark.text)
