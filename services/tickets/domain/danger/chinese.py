"""How danger is said in simplified Chinese (`script.py` makes them so)."""

from services.tickets.domain.danger import (
    chinese_falling,
    chinese_fire,
    chinese_gas,
    chinese_people,
    chinese_water,
)

SIGNS = (
    *chinese_fire.SIGNS,
    *chinese_gas.SIGNS,
    *chinese_people.SIGNS,
    *chinese_water.SIGNS,
    *chinese_falling.SIGNS,
)
