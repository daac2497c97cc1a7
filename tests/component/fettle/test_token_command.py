"""`fettle token`, as people type it."""

from pathlib import Path

from fettle.issuer import Issuer
from tests.component.fettle.command import fettle
from tests.unit.fettle.test_issuer import prove


def test_a_token_is_the_last_line_bare_from_any_folder(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "elsewhere"
    folder.mkdir()

    done = fettle(
        "token",
        "--role",
        "resident",
        "--subject",
        "resident-1",
        "--unit",
        "3-1202",
        home=home,
        cwd=folder,
    )

    caller = prove(Issuer.at(home).jwks, done.stdout.splitlines()[-1])
    assert done.returncode == 0
    assert caller.id == "resident-1"
    assert caller.units == {"3-1202"}
    assert [(grant.role, grant.site) for grant in caller.roles] == [("resident", "demo")]


def test_a_new_issuer_is_said_and_one_that_was_there_is_not(tmp_path: Path) -> None:
    first, second = (
        fettle(
            "token",
            "--role",
            "admin",
            "--subject",
            "root",
            home=tmp_path / "home",
            cwd=tmp_path,
            **more,
        )
        for more in ({}, {"FETTLE_ENV": "development"})
    )

    assert f"made a new issuer in {tmp_path / 'home' / 'keys'}" in first.stderr
    assert "set FETTLE_HOME" in first.stderr
    assert len(first.stdout.splitlines()) == 1
    assert (second.returncode, second.stderr) == (0, "")


def test_the_issuer_refuses_to_work_in_production(tmp_path: Path) -> None:
    home = tmp_path / "home"

    done = fettle(
        "token",
        "--role",
        "admin",
        "--subject",
        "root",
        home=home,
        cwd=tmp_path,
        FETTLE_ENV="production",
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert "FETTLE_ENV is production" in done.stderr
    assert not home.exists()


def test_a_subject_that_no_service_would_take_is_refused(tmp_path: Path) -> None:
    done = fettle(
        "token", "--role", "admin", "--subject", "x" * 256, home=tmp_path / "home", cwd=tmp_path
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert "1 to 255 printable characters" in done.stderr


def test_a_token_is_for_one_ticket_alone_where_it_says_so(tmp_path: Path) -> None:
    id = "01a2b3c4-0000-7000-8000-000000000001"
    who = ("token", "--role", "resident", "--subject", "resident-1", "--only")

    good, bad = (
        fettle(*who, only, home=tmp_path, cwd=tmp_path) for only in (f"ticket:{id}", "ticket:7")
    )

    caller = prove(Issuer.at(tmp_path).jwks, good.stdout.splitlines()[-1])
    assert str(caller.only) == id
    assert (bad.returncode, "ticket:ID" in bad.stderr) == (2, True)
