"""The process that reads a stranger's file: what would take too much ends it alone, and few run at
a time.
"""

import asyncio
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from fettle.home import CHECKOUT
from shared.importing.form import Field, ImportForm, Kind
from shared.importing.process import ReadersBusy, SheetReaders, UnreadableSheet
from tests.support.eventually import eventually
from tests.support.workbooks import write_workbook

_FORM = ImportForm(
    name="rooms",
    fields=(Field(name="room", headings=("房号", "Room"), kind=Kind.ROOM, needed=True),),
    key=("room",),
)
_BOMB_BYTES = 600_000_000


def _rooms(folder: Path, count: int, *, name: str = "rooms.csv") -> Path:
    path = folder / name
    path.write_text("房号\n" + "".join(f"{n}\n" for n in range(count)), encoding="utf-8")
    return path


def _bomb(folder: Path) -> Path:
    """A workbook of half a megabyte, one cell of which is longer than memory may be."""
    path = write_workbook(folder / "bomb.xlsx", {"a": [["房号"], ["1"]]})
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, content in parts.items():
            if not name.endswith("sheet1.xml"):
                book.writestr(name, content)
                continue
            before, _, after = content.partition(b"<t>1</t>")
            with book.open(name, "w", force_zip64=True) as file:
                file.write(before + b"<t>")
                for _ in range(_BOMB_BYTES // 1_000_000):
                    file.write(b"1" * 1_000_000)
                file.write(b"</t>" + after)
    return path


def _readers() -> list[int]:
    """The processes that read for this one."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            about = (process / "stat").read_text().rpartition(")")[2].split()
            words = (process / "cmdline").read_bytes()
        except (OSError, ValueError):
            continue  # it has ended meanwhile, or is no process
        if int(about[1]) == os.getpid() and b"shared.importing.worker" in words:
            found.append(int(process.name))
    return found


async def test_a_long_list_of_one_key_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "same.csv"
    path.write_text("房号\n" + "101\n" * 20_000, encoding="utf-8")

    async with asyncio.timeout(60):
        sheet = await SheetReaders().read(path, _FORM)
    sheet.close()

    assert (sheet.good, sheet.bad) == (0, 20_000)
    assert sheet.problems[0].why == (
        "stands there more than once: in row 3, 4, 5, 6, 7 and others too"
    )


async def test_a_heading_that_is_ignored_is_named_in_short(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(f"房号,{'x' * 100_000}\n101,1\n", encoding="utf-8")

    sheet = await SheetReaders().read(path, _FORM)
    sheet.close()

    assert sheet.ignored == ["x" * 1000]


async def test_rows_come_in_pieces_and_again(tmp_path: Path) -> None:
    sheet = await SheetReaders().read(_rooms(tmp_path, 1203), _FORM)
    try:
        twice = [[row.number async for p in sheet.pieces(500) for row in p] for _ in range(2)]
        sizes = [len(piece) async for piece in sheet.pieces(500)]
    finally:
        sheet.close()

    assert twice == [list(range(2, 1205))] * 2
    assert sizes == [500, 500, 203]


async def test_a_bomb_is_refused_and_the_next_file_is_read(tmp_path: Path) -> None:
    readers = SheetReaders()
    bomb = await asyncio.to_thread(_bomb, tmp_path)
    assert bomb.stat().st_size < 5_000_000

    with pytest.raises(UnreadableSheet, match="split it"):
        await readers.read(bomb, _FORM, name="a.xlsx")

    (await readers.read(_rooms(tmp_path, 3), _FORM)).close()


async def test_what_unpacks_to_more_than_it_may_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book,
        book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as file,
    ):
        for _ in range(1100):
            file.write(bytes(1_000_000))

    with pytest.raises(UnreadableSheet, match="unpacks to"):
        await SheetReaders().read(path, _FORM)


async def test_a_reader_that_is_killed_costs_its_file_another_try(tmp_path: Path) -> None:
    readers, path = SheetReaders(), _rooms(tmp_path, 200_000)
    reading = asyncio.create_task(readers.read(path, _FORM))

    async def begun() -> list[int]:
        return _readers()

    os.kill((await eventually(begun))[0], signal.SIGKILL)

    with pytest.raises(ReadersBusy):
        await reading
    (await readers.read(_rooms(tmp_path, 3), _FORM)).close()


async def test_no_more_files_wait_than_is_sensible(tmp_path: Path) -> None:
    readers, path = SheetReaders(), _rooms(tmp_path, 3)
    reading = [asyncio.create_task(readers.read(path, _FORM)) for _ in range(8)]
    await asyncio.sleep(0)

    with pytest.raises(ReadersBusy):
        await readers.read(path, _FORM)

    for sheet in await asyncio.gather(*reading):
        assert sheet.good == 3
        sheet.close()


async def test_a_file_that_has_waited_for_too_long_is_to_be_sent_again(tmp_path: Path) -> None:
    readers, path = SheetReaders(wait_s=0), _rooms(tmp_path, 3)
    reading = [asyncio.create_task(readers.read(path, _FORM)) for _ in range(2)]
    await asyncio.sleep(0)

    with pytest.raises(ReadersBusy):
        await readers.read(path, _FORM)

    for sheet in await asyncio.gather(*reading):
        sheet.close()


async def test_a_request_that_is_given_up_ends_its_reader(tmp_path: Path) -> None:
    reading = asyncio.create_task(SheetReaders().read(_rooms(tmp_path, 200_000), _FORM))

    async def begun() -> list[int]:
        return _readers()

    await eventually(begun)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)

    assert _readers() == []


async def test_a_list_has_so_many_rows(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSheet, match="more than 250000 rows"):
        await SheetReaders().read(_rooms(tmp_path, 250_001), _FORM)


def test_a_reader_begins_without_what_only_services_use() -> None:
    script = "import sys, shared.importing.worker; print(*sys.modules)"

    run = subprocess.run(
        [sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )

    assert not {"pydantic", "sqlalchemy", "fastapi"} & set(run.stdout.split())
