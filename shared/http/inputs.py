"""Parts of requests that several services take, with the same names and bounds in each."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from shared.contracts import SkillNeed, Window
from shared.http.fields import Body, Code, Latitude, Longitude, Moment, Whole

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$")]
"""A language tag (BCP 47) of a language and at most two subtags: `en`, `zh-CN`, `zh-Hans-CN`,
`es-419`.
"""


class NothingIn(Body):
    """No field at all; the body may be left out."""


class LocationIn(Body):
    """Coordinates in degrees, WGS 84."""

    lat: Latitude
    lon: Longitude


class SkillIn(Body):
    """A skill and its level, 1 the lowest."""

    code: Code
    level: Annotated[Whole, Field(ge=1, le=5)] = 1

    def skill(self) -> SkillNeed:
        return SkillNeed(code=self.code, level=self.level)


class WindowIn(Body):
    """From `start` until `end`."""

    start: Moment
    end: Moment

    @field_validator("end")
    @classmethod
    def _comes_after_the_start(cls, end: datetime, others: ValidationInfo) -> datetime:
        if "start" in others.data and end <= others.data["start"]:
            raise ValueError("has to come after `start`")
        return end

    def window(self) -> Window:
        return Window(start=self.start, end=self.end)
