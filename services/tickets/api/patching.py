"""What comes in to change a ticket."""

from typing import Annotated, Any

from pydantic import Field, field_validator
from pydantic.json_schema import SkipJsonSchema

from services.tickets.api.schemas import Answer, Demanded, PlaceIn, Question
from services.tickets.domain.amending import Amendment
from services.tickets.domain.intake import MAX_ANSWERS
from shared.contracts.tickets import Priority
from shared.http.fields import ShortWords, Words
from shared.http.inputs import WindowIn

_OtherAnswers = Annotated[dict[Question, Answer | None], Field(max_length=2 * MAX_ANSWERS)]
_PLACE = frozenset({"unit", "spot", "address", "location"})
_CLEARED_BY_NULL = _PLACE | {"answers"}


class TicketPatch(PlaceIn):
    """What is to be different (RFC 7396): what is named changes, null clears it, the rest stays.

    That holds for each part of the place, and for each answer.
    """

    title: ShortWords | None = None
    description: Words | None = None
    answers: _OtherAnswers | None = None
    preferred_windows: Annotated[list[WindowIn], Field(max_length=3)] | None = None
    category: ShortWords | SkipJsonSchema[None] = None
    priority: Priority | SkipJsonSchema[None] = None
    reason: Demanded | None = None

    @field_validator("category", "priority", mode="before")
    @classmethod
    def _stays(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("cannot be cleared; name another, or leave it out to keep what is")
        return value

    def amendment(self) -> Amendment:
        nulls = {name for name in self.model_fields_set if getattr(self, name) is None}
        empty = {name for name in _PLACE if getattr(self, name) == ""}
        windows = () if "preferred_windows" in nulls else self.preferred_windows
        return Amendment(
            title="" if "title" in nulls else self.title,
            description="" if "description" in nulls else self.description,
            where=self.whereabouts() or None,
            answers=self.answers,
            preferred_windows=None
            if windows is None
            else tuple(window.window() for window in windows),
            category=self.category,
            priority=self.priority,
            reason=self.reason,
            cleared=frozenset(nulls & _CLEARED_BY_NULL | empty),
        )
