"""How danger is said in English."""

from services.tickets.domain.danger import (
    english_falling,
    english_fire,
    english_gas,
    english_people,
    english_trapped,
    english_water,
)

SIGNS = (
    *english_fire.SIGNS,
    *english_gas.SIGNS,
    *english_trapped.SIGNS,
    *english_people.SIGNS,
    *english_water.SIGNS,
    *english_falling.SIGNS,
)
