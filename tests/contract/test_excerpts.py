"""What services store of others' snapshots can be read for ever, too: rows of before
lack the fields that were added since.
"""

from typing import Any

import pytest
from pydantic import ValidationError

from services.sla.handlers import work_concerned
from services.tickets.handlers import tickets_concerned
from shared.contracts import SNAPSHOTS, Contract, Snapshot
from tests.contract.samples import examples

EXCERPTS = (*work_concerned.excerpts, *tickets_concerned.excerpts)
DEMANDED = {
    "sla.HeldTicket": {"id", "version", "site_id", "reporter_id"},
    "sla.HeldWork": {"id", "version", "site_id"},
    "sla.HeldJob": {"cycle"},
    "sla.HeldStep": {"at", "state"},
    "sla.HeldOffer": {"technician_id", "state"},
    "tickets.HeldWork": {"id", "version", "site_id", "state", "cycle"},
    "tickets.HeldJob": {"id", "cycle", "state"},
    "tickets.HeldStep": {"at", "state"},
}
"""What rows without a default have had from the beginning: nothing may be added."""


@pytest.mark.parametrize("excerpt", EXCERPTS, ids=lambda excerpt: excerpt.__name__)
def test_an_excerpt_reads_what_was_stored_before_there_was_one_and_what_it_writes_itself(
    excerpt: type[Snapshot],
) -> None:
    whole = _whole_of(excerpt)

    for example in (each for each in examples() if type(each) is whole):
        read = excerpt.model_validate_json(example.fact_json())

        assert excerpt.model_validate(example) == read
        assert excerpt.model_validate_json(read.fact_json()) == read
        with pytest.raises(ValidationError):
            whole.model_validate_json(read.fact_json())


@pytest.mark.parametrize("excerpt", EXCERPTS, ids=lambda excerpt: excerpt.__name__)
def test_an_excerpt_has_the_defaults_of_its_contract(excerpt: type[Snapshot]) -> None:
    whole = _whole_of(excerpt).model_fields

    assert {name: field.default for name, field in excerpt.model_fields.items()} == {
        name: whole[name].default for name in excerpt.model_fields
    }


def test_what_is_added_to_an_excerpt_has_a_default() -> None:
    demanded = {
        _name_of(part): {name for name, field in part.model_fields.items() if field.is_required()}
        for excerpt in EXCERPTS
        for part in _parts_of(excerpt)
        if part.__module__.startswith("services.")
    }

    assert demanded == DEMANDED


def _name_of(part: type[Contract]) -> str:
    """Return `sla.HeldTicket` of a class that sla declares."""
    return f"{part.__module__.split('.')[1]}.{part.__name__}"


def _whole_of(excerpt: type[Snapshot]) -> type[Snapshot]:
    named = excerpt.OWNER, excerpt.ENTITY
    return next(each for each in SNAPSHOTS if named == (each.OWNER, each.ENTITY))


def _parts_of(contract: type[Contract]) -> list[type[Contract]]:
    parts = [contract]
    for field in contract.model_fields.values():
        parts += [nested for part in _contracts_in(field.annotation) for nested in _parts_of(part)]
    return parts


def _contracts_in(annotation: Any) -> list[type[Contract]]:
    nested = getattr(annotation, "__args__", ())
    return [each for each in nested if isinstance(each, type) and issubclass(each, Contract)]
