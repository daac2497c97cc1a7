"""What a new service may be called, and where it is named."""

import pytest

from fettle.home import CHECKOUT, PORTS
from fettle.new_service.names import BadName, Names, names_of
from fettle.new_service.registering import REGISTERED, NotAsExpected, Place

LAST = list(PORTS.items())[-1]
PORT = max(PORTS.values()) + 1


def test_one_of_its_things_is_called_as_the_service_without_its_last_s() -> None:
    names = names_of("spare_parts", "", there_are=["tickets"], port=PORT)

    filled = names.filled_in("__service__/__entity__.py: __Entity__V1, ___ENTITY__, __port__")

    assert filled == f"spare_parts/spare_part.py: SparePartV1, _SPARE_PART, {PORT}"


@pytest.mark.parametrize(
    ("service", "entity", "words"),
    [
        ("", "", "name='' cannot be a name in Python"),
        ("Parts", "", "all in lower case"),
        ("spare-parts", "", "such as name=parts"),
        ("9lives", "", "it takes a letter"),
        ("__service__s", "", "single underscores"),
        ("ersatzteile_aller_arten", "", "at most 20"),
        ("配件", "", "cannot be a name in Python"),
        ("../parts", "", "cannot be a name in Python"),
        ("tickets", "", "there is a service tickets already"),
        ("class", "", "name=class is reserved"),
        ("postgres", "", "name=postgres is reserved"),
        ("billing", "", "make new-service name=billing entity=invoice"),
        ("parts", "Part", "such as entity=part"),
        ("parts", "ticket", "entity=ticket is reserved"),
        ("parts", "match", "entity=match is reserved"),
        ("stock", "stock", "cannot both be called stock"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused_with_what_can(
    service: str, entity: str, words: str
) -> None:
    with pytest.raises(BadName) as refused:
        names_of(service, entity, there_are=["tickets"], port=PORT)

    assert words in str(refused.value)


@pytest.mark.parametrize("path", REGISTERED)
def test_one_service_after_the_other_is_named_everywhere(path: str) -> None:
    text = (CHECKOUT / path).read_text()
    first, second = Names("gadgets", "gadget", PORT), Names("gizmos", "gizmo", PORT + 1)

    once = REGISTERED[path](text, Place(*LAST, first))
    twice = REGISTERED[path](once, Place("gadgets", PORT, second))

    for name in ("gadgets", "gizmos"):
        assert name not in text.lower()
        assert twice.lower().count(name) == once.lower().count("gadgets") > 0


@pytest.mark.parametrize("path", sorted(REGISTERED.keys() - {"tests/architecture/durables.txt"}))
def test_a_file_in_which_the_place_is_not_found_stops_it(path: str) -> None:
    with pytest.raises(NotAsExpected):
        REGISTERED[path]("", Place(*LAST, Names("gadgets", "gadget", PORT)))
