"""A unit in a search, however it is spelt: tickets say it by its key."""

from collections.abc import Iterator, Sequence

from services.tickets.domain.folding import fold
from services.tickets.domain.search_words import LINE, folded
from services.tickets.domain.site import Site
from services.tickets.domain.spellings import Level, Reading, spellings_of


def with_units_by_key(words: Sequence[str], site: Site | None) -> tuple[str, ...]:
    """Return the words with each unit, entrance or building that is named as people say it
    (`三号楼1202`, `Bldg 3, apt 1202`) as keys have it; none where there is no such name.

    What a site calls its buildings counts where the site is given.
    """
    if len(words) > 1 and (key := _key(" ".join(words), site)) is not None:
        return (key,)
    keyed = tuple(_key(word, site) or word for word in words)
    return () if keyed == tuple(words) else keyed


def _key(said: str, site: Site | None) -> str | None:
    if site is not None:
        if (unit := site.find_unit(said).unit) is not None:
            return f"{LINE}{folded(str(unit))}"
        for building in site.buildings_called(said):
            return f"{LINE}{folded(building)}-"
    return next(_readings(said), None)


def _readings(said: str) -> Iterator[str]:
    """Yield what is written with a word for its levels, whatever site it is of."""
    for spelling in spellings_of(fold(said), known=()):
        if spelling.says_more:
            continue
        if len(spelling.values) == 1:
            [value] = spelling.values
            if value.levels == {Level.BUILDING}:
                yield f"{LINE}{value.text}-"
            elif value.levels == {Level.ENTRANCE}:
                yield f"-{value.text}-"
        for reading in spelling.readings():
            if reading.marked:
                yield _written(reading)


def _written(reading: Reading) -> str:
    floor, room = reading.floor, reading.room
    if floor is not None and len(room) <= 2:
        room = floor + room.zfill(2)
    codes = (reading.building, reading.entrance, room)
    return (LINE if reading.building else "-") + "-".join(code for code in codes if code)
