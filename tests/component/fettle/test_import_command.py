"""`fettle import`, as the desk types it, against what `fettle up` has started."""

import json
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from fettle.issuer import Issuer
from tests.component.fettle.command import Up, fettle
from tests.support.workbooks import Cell, write_workbook

PLACES = "楼栋,房号,面积,业主,电话\n9,101.0,89.5,王,1\n9,１０２,90,李,2\n9,1月2日,90,赵,3\n"
RESIDENTS = (
    "编号,楼栋,房号,业主,手机,邮箱,入住日期\n"
    "wang,9号楼,101,王,138 0013 8000,wang@example.com,2026/1/5\n"
    ",9,102,李,13800138001,,\n"
)


def _import(up: Up, kind: str, path: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    arguments = ["import", kind, str(path), "--site", "demo", *more]
    return fettle(*arguments, home=up.home, cwd=up.home)


def _outcome(run: "subprocess.CompletedProcess[str]", status: int = 0) -> Any:
    assert run.returncode == status, run.stderr + run.stdout
    return json.loads(run.stdout.splitlines()[-1])


def _counts(outcome: Any) -> list[Any]:
    return [outcome[name] for name in ("created", "changed", "unchanged", "bad", "taken")]


def _get(up: Up, service: str, path: str) -> Any:
    token = Issuer.at(up.home).token("dana", [("manager", "demo")])
    answer = httpx.get(
        f"{up.state['urls'][service]}/v1/{path}",
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    )
    assert answer.is_success, answer.text
    return answer.json()


def _a_list(folder: Path, text: str, *, encoding: str = "utf-8") -> Path:
    path = folder / "清单.csv"
    path.write_bytes(text.encode(encoding))
    return path


async def test_a_dry_run_says_what_would_be(running: Up, tmp_path: Path) -> None:
    path = _a_list(tmp_path, PLACES, encoding="gbk")

    as_json = _import(running, "places", path, "--dry-run", "--json")
    in_words = _import(running, "places", path, "--dry-run")

    outcome = _outcome(as_json, 3)
    assert _counts(outcome) == [2, 0, 0, 1, False]
    problem = outcome["problems"][0]
    assert (problem["row"], problem["column"], problem["value"]) == (4, "房号", "1月2日")
    assert outcome["ignored"] == ["业主", "电话"]
    assert in_words.returncode == 3
    assert "2 would be new, 0 would be changed, 0 are as before, 1 bad" in in_words.stdout
    assert "row 4, 房号 '1月2日': was made a date" in in_words.stdout
    assert "--skip-bad" in in_words.stdout


@pytest.mark.parametrize(
    ("text", "more", "words"),
    [
        ("nothing of the kind\n", (), "expected the columns"),
        ("", (), "is empty"),
        (PLACES, ("--map", "floor=房号"), "no field floor"),
        (PLACES, ("--map", "房号"), "expected FIELD=COLUMN"),
        (PLACES, ("--site", "nowhere"), "there is no site 'nowhere'"),
    ],
)
async def test_a_wrong_file_and_wrong_usage_end_with_2(
    running: Up, tmp_path: Path, text: str, more: tuple[str, ...], words: str
) -> None:
    run = _import(running, "places", _a_list(tmp_path, text), "--dry-run", *more)

    assert run.returncode == 2, run.stdout
    assert words in run.stderr


async def test_a_list_of_past_tickets_is_looked_at(running: Up, tmp_path: Path) -> None:
    path = _a_list(
        tmp_path,
        "工单号,类别,描述,报修时间,完成时间\nWX-1,水管,漏水,2025-03-01 09:00,2025-03-01 10:00\n"
        "WX-2,水管,漏水,2025-03-02 09:00,2025-03-01 10:00\nWX-3,水管,漏水,2025-11-31,\n",
    )

    outcome = _outcome(_import(running, "tickets", path, "--dry-run", "--json"), 3)

    assert _counts(outcome) == [1, 0, 0, 2, False]
    assert [(each["row"], each["column"]) for each in outcome["problems"]] == [
        (3, "完成时间"),
        (4, "报修时间"),
    ]


def test_a_service_that_is_away_is_named(home: Path, tmp_path: Path) -> None:
    path = _a_list(tmp_path, PLACES)

    run = fettle(
        "import", "places", str(path), "--site", "demo",
        home=home, cwd=tmp_path, FETTLE_TICKETS_URL="http://127.0.0.1:9",
    )  # fmt: skip

    assert run.returncode == 1
    assert "tickets at http://127.0.0.1:9 does not answer" in run.stderr


async def test_each_kind_of_list_is_taken_once(running: Up, tmp_path: Path) -> None:
    places = _a_list(tmp_path, PLACES)
    residents = tmp_path / "residents.csv"
    residents.write_text(RESIDENTS, encoding="utf-16")
    crew: list[list[Cell]] = [
        ["工号", "姓名", "工种", "电话"],
        [1001, "李师傅", "电工:2", "13800138009"],
    ]
    rota: list[list[Cell]] = [["早班 08:00-16:00", None], ["工号", "周一"], [1001, "早"]]
    book = write_workbook(tmp_path / "crew.xlsx", {"师傅": crew, "排班": rota})

    refused = _outcome(_import(running, "places", places, "--json"), 3)
    skipped = _outcome(_import(running, "places", places, "--skip-bad", "--json"), 4)
    people = [_outcome(_import(running, "residents", residents, "--json")) for _ in range(2)]
    technicians = [_outcome(_import(running, "technicians", book, "--json")) for _ in range(2)]
    weeks = [
        _outcome(_import(running, "rota", book, "--sheet", sheet, "--json"))
        for sheet in ("排班", "2")
    ]

    assert (_counts(refused), _counts(skipped)) == ([2, 0, 0, 1, False], [2, 0, 0, 1, True])
    assert [_counts(each) for each in people] == [[2, 0, 0, 0, True], [0, 0, 2, 0, True]]
    assert people[0]["contacts"] == {"created": 2, "changed": 0, "unchanged": 0}
    assert people[0]["ignored"] == []
    assert [_counts(each) for each in technicians] == [[1, 0, 0, 0, True], [0, 0, 1, 0, True]]
    assert [_counts(each) for each in weeks] == [[1, 0, 0, 0, True], [0, 0, 1, 0, True]]
    person = _get(running, "tickets", "sites/demo/people/wang")
    assert [home["unit"] for home in person["units"]] == ["9-101"]
    assert _get(running, "notify", "recipients/wang")["phone"] == "+8613800138000"
    assert _get(running, "notify", "recipients/1001")["phone"] == "+8613800138009"
    assert _get(running, "dispatch", "technicians/1001")["shifts"] == [
        {"weekday": 1, "start": "08:00", "end": "16:00"}
    ]
