"""The days off and the make-up workdays 调休 of a country, as the `holidays` library knows them."""

from datetime import date
from functools import lru_cache
from typing import Annotated, Self

import holidays
from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.remarks import WrongValue

_MAKES_UP = frozenset({"CN"})
"""Countries that announce make-up workdays every year; without them the library is silent, not
wrong.
"""

_ANY_YEAR = 2026


class Country(BaseModel):
    """ISO 3166-1, with a subdivision where holidays differ: `CN`, or `DE` and `BY`."""

    model_config = ConfigDict(frozen=True)

    code: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    subdivision: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,10}$")] | None = None

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        try:
            self.days_off(_ANY_YEAR)
        # so the library says that it does not know a country or a subdivision
        except NotImplementedError as error:
            where = self.code if self.subdivision is None else f"{self.code} {self.subdivision}"
            raise WrongValue(
                "unknown_holidays", "no holidays are known for '{where}'", where=where
            ) from error
        return self

    def days_off(self, year: int) -> frozenset[date]:
        return _of_year(self.code, self.subdivision, year)[0]

    def make_up_workdays(self, year: int) -> frozenset[date]:
        return _of_year(self.code, self.subdivision, year)[1]


def known_year(country: Country, year: int) -> bool:
    """Return whether what the library says of that year is complete."""
    return country.code not in _MAKES_UP or bool(country.make_up_workdays(year))


@lru_cache(maxsize=4096)
def _of_year(
    code: str, subdivision: str | None, year: int
) -> tuple[frozenset[date], frozenset[date]]:
    found = holidays.country_holidays(code, subdiv=subdivision, years=year)
    return frozenset(found), frozenset(day for day in found.weekend_workdays if day.year == year)
