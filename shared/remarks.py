"""What is worth a look in something that people have set."""

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
