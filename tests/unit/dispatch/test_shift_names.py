"""Shifts as rotas name them."""

import pytest

from services.dispatch.domain.shift_names import Legend
from shared.importing.wrong import WrongCell

_TITLES = ["一月排班表", "A班：7:30～15:30（含午餐）；夜班 20:00-次日 8:00", "常白班(8:30—17:30)"]


@pytest.mark.parametrize(
    ("said", "shifts"),
    [
        ("A", [(450, 930)]),
        ("a班", [(450, 930)]),
        ("夜", [(1200, 480)]),
        ("常白班", [(510, 1050)]),
        ("早", [(480, 960)]),
        ("早、夜班", [(480, 960), (1200, 480)]),
        ("早班 06:00-14:00", [(360, 840)]),
        ("9:00-12:00、13:00-18:00", [(540, 720), (780, 1080)]),
        ("８点到17点30分", [(480, 1050)]),
        ("16:00-24:00", [(960, 1440)]),
        ("/", []),
    ],
)
def test_a_shift_has_its_times(said: str, shifts: list[tuple[int, int]]) -> None:
    found = Legend(_TITLES).shifts(said, "mon")

    assert found is not None
    assert list(found) == shifts


@pytest.mark.parametrize("said", ["休", "休息", "OFF", "请假"])
def test_leave_is_no_shift(said: str) -> None:
    assert Legend(_TITLES).shifts(said, "mon") is None


@pytest.mark.parametrize("said", ["B班", "8:00-8:00", "24:00-8:00", "early"])
def test_what_has_no_times_is_asked(said: str) -> None:
    with pytest.raises(WrongCell):
        Legend(_TITLES).shifts(said, "mon")


def test_what_was_taken_as_is_usual_is_said_once() -> None:
    legend = Legend(_TITLES)
    for said in ("早班", "早班", "A班", "夜班"):
        legend.shifts(said, "mon")

    assert [each.text for each in legend.remarks()] == [
        "早班 is taken as 08:00–16:00, since no title says its times"
    ]
