"""The figures about words of danger are counts alone."""

from pathlib import Path

import pytest

from tests.bench.danger import FILES, Counted, count, measure_danger, said


def test_what_is_found_missed_raised_and_calm_is_counted() -> None:
    counted = count(
        [
            ("着火了", True),
            ("It whirrs", True),
            ("着火了", False),
            ("tap drips", False),
            ("tap drips", False),
        ]
    )

    assert counted == Counted(found=1, missed=1, raised=1, calm=2)
    assert (counted.recall, counted.precision) == (0.5, 0.5)


def test_each_file_has_its_own_names_and_no_sentence_is_said(tmp_path: Path) -> None:
    texts = ("gas leak in the cellar", "smoke in the hall", "tap drips")
    for file, text in zip(FILES, texts, strict=True):
        (tmp_path / f"{file}.csv").write_text(f"language,danger,text\nen,yes,{text}\n")

    figures = measure_danger(tmp_path)

    assert figures == {
        "danger_recall": 1,
        "danger_precision": 1,
        "danger_sentences": 1,
        "danger_comments_recall": 1,
        "danger_comments_precision": 1,
        "danger_comments_sentences": 1,
        "danger_tuning_recall": 0,
        "danger_tuning_precision": 0,
        "danger_tuning_sentences": 1,
    }
    assert "cellar" not in said(figures)


def test_the_rules_find_what_they_were_written_for() -> None:
    figures = measure_danger()

    assert figures["danger_tuning_recall"] == pytest.approx(1, abs=0.03)
    assert figures["danger_tuning_precision"] == pytest.approx(1, abs=0.03)
