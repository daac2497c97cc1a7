"""How many instances of each service were asked for."""

import pytest

from fettle.home import PROCESSES
from fettle.up.instance_counts import instance_names, parse_counts
from fettle.up.refusals import CannotStart


def test_what_is_not_named_runs_once() -> None:
    each_once = dict.fromkeys(PROCESSES, 1)

    assert parse_counts("") == each_once
    assert parse_counts(" tickets = 2 , notify=16,") == each_once | {"tickets": 2, "notify": 16}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ticket=2", f"there is no service 'ticket'; there are {', '.join(PROCESSES)}"),
        ("tickets=2,tickets=3", "tickets is named twice"),
        ("tickets", "'tickets' has to be tickets=NUMBER, from 1 to 16"),
        ("tickets=0", "from 1 to 16"),
        ("tickets=17", "from 1 to 16"),
        ("tickets=00099", "from 1 to 16"),
        ("tickets=-1", "from 1 to 16"),
        ("tickets=²", "from 1 to 16"),
        ("tickets=1" + "0" * 5000, "from 1 to 16"),
        ("=2", "there is no service ''"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_what_is_expected(text: str, words: str) -> None:
    with pytest.raises(CannotStart) as refused:
        parse_counts(text)

    assert words in str(refused.value)


def test_the_first_instance_has_the_name_of_its_service() -> None:
    assert instance_names({"tickets": 2, "sla": 1}) == {
        "tickets": "tickets",
        "tickets-2": "tickets",
        "sla": "sla",
    }
