"""What a list came to, as `fettle import` says it."""

import pytest

from fettle.importing.outcome import Outcome, lines_of


def an_outcome(*counts: int, taken: bool = True) -> Outcome:
    created, changed, unchanged, bad = counts
    return {
        "rows": sum(counts),
        "created": created,
        "changed": changed,
        "unchanged": unchanged,
        "bad": bad,
        "taken": taken,
        "problems": [],
        "unlisted": 0,
        "ignored": [],
        "notes": [],
        "remarks": [],
    }


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (an_outcome(1, 0, 1, 0), "1 was new, 0 were changed, 1 is as before, 0 bad"),
        (an_outcome(2, 1, 3, 1), "2 were new, 1 was changed, 3 are as before, 1 bad"),
        (
            an_outcome(1, 2, 0, 0, taken=False),
            "1 would be new, 2 would be changed, 0 are as before, 0 bad",
        ),
    ],
)
def test_one_row_is_said_as_one(outcome: Outcome, said: str) -> None:
    lines = lines_of(outcome, title="list.csv, places of demo", dry_run=False)

    assert lines[1] == f"  {said}"


def test_contacts_are_said_beside_the_rows() -> None:
    contacts = {"created": 1, "changed": 2, "unchanged": 0}

    lines = lines_of({**an_outcome(0, 0, 3, 0), "contacts": contacts}, title="", dry_run=False)

    assert lines[2] == "  contacts: 1 was new, 2 were changed"
