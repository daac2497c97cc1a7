"""The folder of an archive by itself: torn lines, files changed by hand, a lost index, erasing, and
what `verify` finds.
"""

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from fettle.archive.folder import (
    Archive,
    ArchiveUnusable,
    Line,
    archive_as_indexed,
    archive_to_read,
    archive_to_write,
)
from fettle.archive.index import NAME as INDEX
from fettle.archive.index import Walk
from fettle.archive.lines import BadLine, Head, read_head, write_line
from fettle.archive.verify import verify

JANUARY = "tickets-2026-01.jsonl"
_WALK = Walk(since=None, until=None, began_at="2026-03-01T12:00:00+00:00", cursor="next")


def line(n: int, *, version: int = 1, settled: bool = True, words: str = "水管漏水") -> Line:
    head = Head(
        reference=f"DEMO-{1000 + n}-X",
        id=str(UUID(int=n)),
        version=version,
        entries=2,
        settled=settled,
        archived_at="2026-03-01T12:00:00+00:00",
    )
    return Line(
        opened_at="2026-01-31T23:30:00-01:00" if n > 90 else "2026-01-05T08:00:00Z",
        head=head,
        text=write_line(head, {"words": words}),
    )


def write(folder: Path, *lines: Line) -> None:
    with archive_to_write(folder) as archive:
        archive.append(lines)


def known(archive: Archive) -> dict[str, int]:
    """The version of each archived ticket, by reference, as its line says."""
    ids = [id for path in archive.paths() for id in archive.index.of_file(path.name)]
    heads = [read_head(archive.read(found.place)) for found in archive.index.known(ids).values()]
    return {head.reference: head.version for head in heads}


def faults(folder: Path) -> list[str]:
    with archive_as_indexed(folder) as archive:
        return [fault for found in verify(archive) for fault in found.named]


@pytest.mark.parametrize("lost", [2, 3, 40, 90, len(line(3).text) - 1])
def test_a_torn_last_line_is_cut_off_and_can_be_written_again(tmp_path: Path, lost: int) -> None:
    write(tmp_path, line(1), line(2))
    index = (tmp_path / INDEX).read_bytes()
    write(tmp_path, line(3))
    # it was killed while it wrote: the index has not heard of the line
    (tmp_path / INDEX).write_bytes(index)
    file = tmp_path / JANUARY
    file.write_bytes(file.read_bytes()[:-lost])

    with archive_to_write(tmp_path) as archive:
        found = known(archive)
        archive.append([line(3)])

    assert found == {"DEMO-1001-X": 1, "DEMO-1002-X": 1}
    assert file.read_bytes() == line(1).text + line(2).text + line(3).text


def test_a_last_line_that_lacks_only_its_newline_is_whole(tmp_path: Path) -> None:
    write(tmp_path, line(1), line(2))
    file = tmp_path / JANUARY
    file.write_bytes(file.read_bytes()[:-1])

    with archive_to_write(tmp_path) as archive:
        found = known(archive)

    assert found == {"DEMO-1001-X": 1, "DEMO-1002-X": 1}
    assert file.read_bytes() == line(1).text + line(2).text


def test_whole_lines_that_the_index_has_not_heard_of_are_taken_in(tmp_path: Path) -> None:
    write(tmp_path, line(1))
    index = (tmp_path / INDEX).read_bytes()
    write(tmp_path, line(2), line(1, version=2))
    (tmp_path / INDEX).write_bytes(index)

    with archive_to_write(tmp_path) as archive:
        assert known(archive) == {"DEMO-1001-X": 2, "DEMO-1002-X": 1}


@pytest.mark.parametrize(
    "damage", [None, b"", b"no database at all " * 300], ids=["missing", "empty", "overwritten"]
)
def test_an_index_is_made_from_the_files_again(tmp_path: Path, damage: bytes | None) -> None:
    write(tmp_path, line(1), line(2, settled=False), line(1, version=2), line(91))
    (tmp_path / INDEX).unlink()
    if damage is not None:
        (tmp_path / INDEX).write_bytes(damage)

    with archive_to_read(tmp_path) as archive:
        assert known(archive) == {"DEMO-1001-X": 2, "DEMO-1002-X": 1, "DEMO-1091-X": 1}
        assert archive.index.counts() == (3, 1)
        # by UTC's month
        assert [path.name for path in archive.paths()] == [JANUARY, "tickets-2026-02.jsonl"]


def test_looking_cuts_nothing_off(tmp_path: Path) -> None:
    write(tmp_path, line(1))
    with (tmp_path / JANUARY).open("ab") as file:
        file.write(b'{"reference":"DEMO-10')
    before = (tmp_path / JANUARY).read_bytes()

    with archive_to_read(tmp_path) as archive:
        assert known(archive) == {"DEMO-1001-X": 1}

    assert (tmp_path / JANUARY).read_bytes() == before


def _delete_first(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))


def _delete_first_and_add(path: Path) -> None:
    _delete_first(path)
    with path.open("ab") as file:
        file.write(line(4, words="more than the line that went" * 20).text)


@pytest.mark.parametrize("change", [_delete_first, _delete_first_and_add, Path.unlink])
def test_a_ticket_deleted_by_hand_is_noticed_said_by_verify_and_looked_for_again(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    write(tmp_path, line(1), line(2))
    with archive_to_write(tmp_path) as archive:
        archive.append([], reach="*", walk=_WALK)
    change(tmp_path / JANUARY)

    batch_size = faults(tmp_path)
    with archive_to_write(tmp_path) as archive:
        walk = archive.index.walk("*")
        found = archive.index.find("DEMO-1001-X")
    later = faults(tmp_path)
    write(tmp_path, line(1), line(2))

    assert batch_size
    assert walk is None
    assert found == []
    assert f"{JANUARY}: DEMO-1001-X was archived here and is not here any more" in later
    assert faults(tmp_path) == []


def test_a_changed_line_is_no_ticket_any_more(tmp_path: Path) -> None:
    write(tmp_path, line(1), line(2))
    file = tmp_path / JANUARY
    file.write_bytes(file.read_bytes().replace("水管漏水".encode(), "水管没漏".encode(), 1))

    named = faults(tmp_path)
    with archive_to_read(tmp_path) as archive:
        found = known(archive)

    assert f"{JANUARY}: line 1: its content does not match its sha256" in named
    assert found == {"DEMO-1002-X": 1}


def test_a_file_that_was_only_copied_is_as_good_as_before(tmp_path: Path) -> None:
    write(tmp_path, line(1), line(2))
    with archive_to_write(tmp_path) as archive:
        archive.append([], reach="*", walk=_WALK)
    copy = (tmp_path / JANUARY).read_bytes()
    (tmp_path / JANUARY).unlink()
    (tmp_path / JANUARY).write_bytes(copy)

    with archive_to_write(tmp_path) as archive:
        assert archive.index.walk("*") == _WALK
    assert faults(tmp_path) == []


@pytest.mark.parametrize(
    "text",
    [b"\n", b"{}\n", b"not json\n", line(1).text[:-1], line(1).text.replace(b"DEMO", b"MEMO")],
)
def test_what_is_no_whole_line_is_refused(text: bytes) -> None:
    with pytest.raises(BadLine):
        read_head(text)


def test_two_do_not_write_into_one_folder_and_others_may_look_meanwhile(tmp_path: Path) -> None:
    with archive_to_write(tmp_path) as archive:
        archive.append([line(1)])
        with (
            pytest.raises(ArchiveUnusable, match="another `fettle archive` is writing"),
            archive_to_write(tmp_path),
        ):
            pass
        with archive_to_read(tmp_path) as looking:
            assert known(looking) == {"DEMO-1001-X": 1}


def test_an_erased_ticket_leaves_its_reference_alone_and_nothing_else_changes(
    tmp_path: Path,
) -> None:
    write(
        tmp_path, line(1, words="secret"), line(2), line(1, version=2, words="secret too"), line(3)
    )
    with archive_to_write(tmp_path) as archive:
        archive.append([], reach="*", walk=_WALK)
        erased = archive.erase("DEMO-1001-X", at=datetime(2026, 3, 1, tzinfo=UTC))
        again = archive.erase("DEMO-1001-X", at=datetime(2026, 3, 2, tzinfo=UTC))
        (place,) = archive.index.find("DEMO-1001-X")
        left = json.loads(archive.read(place))

    content = (tmp_path / JANUARY).read_bytes()
    assert (erased, again) == (2, 0)
    assert (left["version"], left["erased_at"]) == (2, "2026-03-01T00:00:00+00:00")
    assert b"secret" not in content
    assert content.count(b"\n") == 3
    assert line(2).text + line(3).text in content
    assert (tmp_path / JANUARY).stat().st_mode & 0o777 == 0o600
    assert faults(tmp_path) == []
    with archive_to_write(tmp_path) as archive:
        assert archive.index.walk("*") == _WALK  # what was erased on purpose is not looked for


def test_a_copy_of_a_month_and_a_damaged_line_are_erased_along(tmp_path: Path) -> None:
    write(tmp_path, line(1, words="secret"), line(2, words="hidden"), line(3))
    file = tmp_path / JANUARY
    (tmp_path / "tickets-2026-07.jsonl").write_bytes(file.read_bytes())
    file.write_bytes(file.read_bytes().replace(b"hidden", b"Hidden"))

    with archive_to_write(tmp_path) as archive:
        erased = (
            archive.erase("DEMO-1001-X", at=datetime(2026, 3, 1, tzinfo=UTC)),
            archive.erase("DEMO-1002-X", at=datetime.now(UTC)),
        )
    (tmp_path / INDEX).unlink()
    with archive_to_read(tmp_path) as archive:
        (place,) = archive.index.find("DEMO-1001-X")
        left = json.loads(archive.read(place))

    assert erased == (2, 2)
    assert left["erased_at"] == "2026-03-01T00:00:00+00:00"
    assert not any(
        word in path.read_bytes().lower()
        for path in tmp_path.glob("tickets-*")
        for word in (b"secret", b"hidden")
    )


def test_what_an_interrupted_erasing_left_is_cleared_away(tmp_path: Path) -> None:
    write(tmp_path, line(1))
    (tmp_path / f"{JANUARY}.unfinished").write_bytes(line(1).text)

    write(tmp_path, line(2))

    assert sorted(path.name for path in tmp_path.glob("tickets-*")) == [JANUARY]


def test_a_folder_that_cannot_be_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    for folder in (tmp_path / "file", tmp_path / "file" / "archive"):
        with (
            pytest.raises(ArchiveUnusable, match="Name a folder that you may write"),
            archive_to_write(folder),
        ):
            pass


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / INDEX)
    connection.execute("create table files (theirs)")
    connection.close()
    before = (tmp_path / INDEX).read_bytes()

    for look in (archive_to_write, archive_to_read, archive_as_indexed):
        with (
            pytest.raises(ArchiveUnusable, match="it is the database of another program"),
            look(tmp_path),
        ):
            pass

    assert (tmp_path / INDEX).read_bytes() == before


def test_looking_into_a_folder_that_is_no_archive_says_so_and_leaves_nothing_there(
    tmp_path: Path,
) -> None:
    for look in (archive_to_read, archive_as_indexed):
        with pytest.raises(ArchiveUnusable, match="there is no archive in"), look(tmp_path):
            pass

    assert list(tmp_path.iterdir()) == []
