"""Who is who on a ticket."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_SYSTEM, _DISPATCH = "system", "dispatch"


@dataclass(frozen=True, kw_only=True)
class Cast:
    """`names` are of causes and ids of people, as far as they are known; `roles` say what one is of
    whom no name is known: `system`, `dispatch`, `technician`, `resident`, `staff`.
    """

    reporter_id: str
    names: Mapping[str, str]
    roles: Mapping[str, str]
    residents: frozenset[str] = field(default_factory=frozenset)

    def who(self, cause: str, *, by_technician: bool = False) -> str:
        """Return what the one who caused something is called, or what they are."""
        return self.names.get(cause) or self.roles[self._role(cause, by_technician)]

    def is_resident(self, cause: str) -> bool:
        return cause == self.reporter_id or cause in self.residents

    def _role(self, cause: str, by_technician: bool) -> str:
        if cause in (_SYSTEM, _DISPATCH):
            return cause
        if by_technician or cause.startswith("job:"):
            return "technician"
        return "resident" if self.is_resident(cause) else "staff"
