import pytest

from shared.errors import PreconditionRequired, Stale
from shared.preconditions import demand_version


def test_the_version_that_there_is_may_be_changed() -> None:
    demand_version(3, 3)


def test_what_does_not_exist_is_created_without_a_version() -> None:
    demand_version(0, None)


def test_what_exists_is_not_changed_without_a_version() -> None:
    with pytest.raises(PreconditionRequired, match="If-Match"):
        demand_version(3, None)


@pytest.mark.parametrize("wanted", [2, 4])
def test_another_version_is_refused_and_the_newest_named(wanted: int) -> None:
    with pytest.raises(Stale) as refused:
        demand_version(3, wanted)

    assert refused.value.details == {"version": 3}


def test_a_version_of_what_does_not_exist_is_refused() -> None:
    with pytest.raises(Stale, match="does not exist"):
        demand_version(0, 1)
