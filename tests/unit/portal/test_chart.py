"""Charts: scales that are round, words that do not lie on one another, gaps that stay gaps."""

from itertools import pairwise

import pytest

from services.portal.domain.drawing.chart import BarIn, Series, draw_bars, draw_trend

MONTHS = [f"{n}月" for n in range(1, 13)]


@pytest.mark.parametrize("is_narrow", [False, True])
def test_a_trend_stays_within_its_place(is_narrow: bool) -> None:
    chart = draw_trend(
        [Series(name="上门按时", values=[86.0 + n for n in range(12)])],
        MONTHS,
        goal=95,
        unit="%",
        top=100,
        is_narrow=is_narrow,
    )

    assert 4 <= len(chart.ticks) <= 7
    assert chart.ticks[-1].word == "100%"
    assert all(0 < tick.y < chart.height for tick in chart.ticks)
    assert chart.left < chart.right < chart.width
    assert all(chart.left <= dot.x <= chart.right for dot in chart.lines[0].dots)
    assert chart.goal is not None
    assert chart.goal.word == "95%"


def test_words_at_the_ends_of_lines_do_not_lie_on_one_another() -> None:
    chart = draw_trend(
        [Series(name=name, values=[95.0 + n / 100]) for n, name in enumerate("甲乙丙丁")],
        ["1月"],
    )

    places = sorted(line.word_y for line in chart.lines)
    assert all(b - a >= 15.9 for a, b in pairwise(places))
    assert places[-1] <= chart.height


def test_labels_that_have_no_room_are_left_out_the_last_one_never() -> None:
    chart = draw_trend(
        [Series(name="A", values=list(range(36)))],
        [f"2025 年 {n} 月" for n in range(36)],
        is_narrow=True,
    )

    assert chart.marks[-1].word == "2025 年 35 月"
    assert len(chart.marks) < 6


def test_a_missing_month_is_a_gap_and_one_alone_is_a_dot() -> None:
    chart = draw_trend([Series(name="A", values=[1.0, None, 3.0, None, 5.0, 6.0])], list("123456"))

    line = chart.lines[0]
    assert len(line.paths) == 1
    assert len(line.dots) == 3


@pytest.mark.parametrize(
    "values", [[], [None, None], [95.0], [0.0, 0.0], [100.0] * 12, [1e-9], [123456.0, 7.0]]
)
def test_few_alike_or_no_values_make_a_chart_too(values: list[float | None]) -> None:
    chart = draw_trend([Series(name="A", values=values)], MONTHS[: len(values)], goal=None)

    assert len(chart.ticks) >= 2
    assert all(a.y > b.y for a, b in pairwise(chart.ticks))


def test_a_chart_of_nothing_is_empty() -> None:
    assert draw_trend([], [], goal=95).lines == ()
    assert draw_bars([]).bars == ()


def test_bars_begin_at_nought_and_say_what_is_beyond_the_goal() -> None:
    chart = draw_bars(
        [BarIn(word="采暖", value=10.0, said="10%"), BarIn(word="电梯", value=2.5, said="2.5%")],
        goal=5.0,
        goal_word="5%",
    )

    long, short = chart.bars
    assert long.width == pytest.approx(4 * short.width, rel=0.01)
    assert (long.beyond, short.beyond) == (True, False)
    assert chart.goal_x is not None
    assert chart.left + short.width < chart.goal_x < chart.left + long.width
    assert chart.left + chart.room < chart.width


def test_bars_of_nothing_have_no_width() -> None:
    chart = draw_bars([BarIn(word="采暖", value=0.0, said="0")])

    assert chart.bars[0].width == 0.0
