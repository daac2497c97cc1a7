"""The house's own rules, those that can be counted."""

import re
from pathlib import Path

import pytest

from fettle.home import PORTAL, SERVICES

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "__main__.py",
    "main.py",
    "settings.py",
    "api",
    "handlers.py",
    "actions",
    "events.py",
    "store/tables.py",
    "store/queries.py",
    "domain",
    "migrations/env.py",
    "README.md",
)
OF_THE_PORTAL = (
    *("__main__.py", "main.py", "settings.py", "README.md"),
    *("api", "pages", "actions", "store/tables.py", "adapters", "domain", "migrations/env.py"),
    *("templates", "static", "i18n/zh-CN", "i18n/en"),
)
"""It has pages beside its routes, and neither hears nor publishes facts."""


def _python_files() -> list[Path]:
    return [
        path
        for top in ("services", "shared", "fettle", "demo")
        for path in (ROOT / top).rglob("*.py")
        if "versions" not in path.parts
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_rooms(service: str) -> None:
    missing = [room for room in ROOMS if not (ROOT / "services" / service / room).exists()]

    assert missing == []


def test_the_portal_has_its_own_rooms_and_none_of_facts() -> None:
    portal = ROOT / "services" / PORTAL
    missing = [room for room in OF_THE_PORTAL if not (portal / room).exists()]

    assert missing == []
    assert [room for room in ("handlers.py", "events.py") if (portal / room).exists()] == []


def test_files_stay_within_three_hundred_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in _python_files()
        if (lines := len(path.read_text().splitlines())) > 300
    }

    assert long == {}


def test_only_the_kernels_sessions_take_connections_to_the_database() -> None:
    taken = re.compile(r"\bengine\.(connect|begin|raw_connection)\b|\bAsyncConnection\b")
    takers = {
        str(path.relative_to(ROOT)) for path in _python_files() if taken.search(path.read_text())
    }

    # migrations run before there is a service
    assert takers == {"shared/db/session.py", "shared/db/migrations.py"}


def test_no_file_is_named_for_nothing() -> None:
    nameless = [
        path
        for path in _python_files()
        if path.stem in {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
    ]

    assert nameless == []


def test_tests_run_the_real_thing() -> None:
    patched = re.compile(r"monkeypatch\.|\bmock\.|Mock\(|MagicMock|(?<![.\w])patch\(")
    lines = [
        line
        for path in (ROOT / "tests").rglob("*.py")
        if path != Path(__file__)
        for line in path.read_text().splitlines()
        if patched.search(line)
    ]

    assert len(lines) <= 20


def _may_pace(path: Path) -> bool:
    """Waiting for what happens elsewhere is one function's work; a bench keeps a rate, an instance
    is watched.
    """
    return (
        path.name in {"eventually.py", Path(__file__).name}
        or "bench" in path.parts
        or path == ROOT / "tests" / "e2e" / "conftest.py"
    )


def test_no_test_sleeps() -> None:
    asleep = re.compile(r"\b(time|asyncio)\.sleep\((?!0\))")  # sleep(0) only lets others go first
    sleepers = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("*.py")
        if not _may_pace(path) and asleep.search(path.read_text())
    ]

    assert sleepers == []


def test_locks_carry_hashes_and_name_no_index() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text()
        pinned = re.findall(r"^[A-Za-z0-9][^\n]*==", text, re.MULTILINE)

        assert len(pinned) <= text.count("--hash=")
        assert "://" not in text
        assert "--index" not in text
