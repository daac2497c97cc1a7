"""Where each ticket lies in the files of an archive: an SQLite file that is made from them again
whenever it is missing or behind.
"""

import contextlib
import errno
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fettle.archive.lines import Head

NAME = "index.sqlite"
_SCHEMA_VERSION = 1
_SCHEMA = """
    create table files (name text primary key, size integer not null,
      mtime_ns integer not null) without rowid;
    create table tickets (
        id text primary key, reference text not null, version integer not null,
          entries integer not null,
        settled integer not null, file text not null, offset integer not null,
          length integer not null);
    create index tickets_by_reference on tickets (reference);
    create index tickets_by_file on tickets (file);
    create index tickets_unsettled on tickets (id) where not settled;
    create table lost (id text primary key, reference text not null,
      file text not null) without rowid;
    create table walks (
        reach text primary key, complete_until text, since text, until text, began_at text,
          cursor text) without rowid;
"""
_TABLES = {"files", "tickets", "walks"}
"""By which the index of any release is known for ours."""
_IDS_PER_STATEMENT = 500


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a line lies; `offset` and `length` are in bytes."""

    file: str
    offset: int
    length: int


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is archived of a ticket."""

    version: int
    entries: int
    place: Place


@dataclass(frozen=True, kw_only=True)
class Walk:
    """A way through the list of ended tickets that is not at its end: which changes it looks at,
    and the cursor of its next page.

    Times are RFC 3339; None leaves that end of the range open.
    """

    since: str | None
    until: str | None
    began_at: str
    cursor: str | None


class Index:
    """The newest line of each ticket counts. Changes belong into `transaction()`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @classmethod
    def open(cls, folder: Path) -> "Index":
        """Open the index for changes; one that is missing, damaged or of another release is begun
        anew, empty.

        Raises OSError, also for the database of another program, and sqlite3.OperationalError where
        the disk is in the way.
        """
        path = folder / NAME
        try:
            return cls._opened(path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
        path.unlink(missing_ok=True)
        path.with_name(f"{NAME}-journal").unlink(missing_ok=True)
        try:
            return cls._opened(path)
        except sqlite3.DatabaseError as error:
            raise OSError(f"{path}: {error}") from error

    @classmethod
    def copy(cls, folder: Path) -> "Index":
        """Return the index as a copy in memory, for a folder that cannot be written; empty where
        there is none that can be read.
        """
        path = folder / NAME
        with (
            contextlib.suppress(sqlite3.DatabaseError),
            contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as stored,
        ):
            if _schema_version(stored) == _SCHEMA_VERSION:
                index = cls(sqlite3.connect(":memory:"))
                stored.backup(index._db)
                return index
        empty = cls(sqlite3.connect(":memory:"))
        empty._db.executescript(_SCHEMA)
        return empty

    @classmethod
    def _opened(cls, path: Path) -> "Index":
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(path, timeout=30)
        try:
            names = connection.execute("select name from sqlite_master where type = 'table'")
            tables = {name for (name,) in names}
            if tables and not tables >= _TABLES:
                raise OSError(errno.EEXIST, "it is the database of another program", str(path))
            if not tables:
                connection.executescript(
                    f"begin; {_SCHEMA} pragma user_version = {_SCHEMA_VERSION}; commit;"
                )
            elif _schema_version(connection) != _SCHEMA_VERSION:
                raise sqlite3.DatabaseError("made by another release")
        except (OSError, sqlite3.DatabaseError):
            connection.close()
            raise
        return cls(connection)

    def close(self) -> None:
        self._db.close()

    def transaction(self) -> contextlib.AbstractContextManager[sqlite3.Connection]:
        """Commit at its end, or roll back."""
        return self._db

    # ---- files ----

    def files(self) -> dict[str, tuple[int, int]]:
        """Return (size, time of change in ns) of each file, as they were when its lines were taken
        in.
        """
        return {
            name: (size, mtime)
            for name, size, mtime in self._db.execute("select name, size, mtime_ns from files")
        }

    def put_file(self, name: str, size: int, mtime_ns: int) -> None:
        self._db.execute("insert or replace into files values (?, ?, ?)", (name, size, mtime_ns))

    def forget_file(self, name: str) -> None:
        self._db.execute("delete from tickets where file = ?", (name,))
        self._db.execute("delete from files where name = ?", (name,))

    # ---- tickets ----

    def put(self, lines: Iterable[tuple[Head, Place]]) -> None:
        """Take in lines, in the order in which they lie in their files."""
        self._db.executemany(
            "insert or replace into tickets values (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    head.id,
                    head.reference,
                    head.version,
                    head.entries,
                    head.settled,
                    place.file,
                    place.offset,
                    place.length,
                )
                for head, place in lines
            ),
        )

    def known(self, ids: Sequence[str]) -> dict[str, Known]:
        """Return what is archived of these tickets, by id."""
        found = {}
        for start in range(0, len(ids), _IDS_PER_STATEMENT):
            some = ids[start : start + _IDS_PER_STATEMENT]
            marks = ", ".join("?" * len(some))
            statement = (
                "select id, version, entries, file, offset, length "  # noqa: S608 - question marks
                f"from tickets where id in ({marks})"
            )
            rows = self._db.execute(statement, some)
            for id, version, entries, file, offset, length in rows:
                place = Place(file=file, offset=offset, length=length)
                found[id] = Known(version=version, entries=entries, place=place)
        return found

    def find(self, reference: str) -> list[Place]:
        rows = self._db.execute(
            "select file, offset, length from tickets where reference = ? order by id", (reference,)
        )
        return [Place(file=file, offset=offset, length=length) for file, offset, length in rows]

    def of_file(self, name: str) -> dict[str, tuple[str, int]]:
        """Return (reference, version) of each ticket that lies in the file, by id."""
        rows = self._db.execute(
            "select id, reference, version from tickets where file = ?", (name,)
        )
        return {id: (reference, version) for id, reference, version in rows}

    def put_lost(self, file: str, lost: Iterable[tuple[str, str]]) -> None:
        """Remember the (id, reference) of tickets that were in the file, and have the next walk
        look at everything again.
        """
        self._db.executemany(
            "insert or replace into lost values (?, ?, ?)",
            ((id, reference, file) for id, reference in lost),
        )
        self._db.execute("delete from walks")

    def lost(self) -> list[tuple[str, str]]:
        """Return (file, reference) of tickets that were archived, went without being erased, and
        did not come back.
        """
        return list(
            self._db.execute(
                "select file, reference from lost where id not in (select id from tickets) "
                "order by file, reference"
            )
        )

    def unsettled(self, limit: int) -> Iterator[list[str]]:
        """Yield the ids of tickets of which something was still under way, `limit` at a time, in
        order of id.
        """
        last = ""
        while ids := [
            id
            for (id,) in self._db.execute(
                "select id from tickets where not settled and id > ? order by id limit ?",
                (last, limit),
            )
        ]:
            yield ids
            last = ids[-1]

    def settle(self, ids: Sequence[str]) -> None:
        """Mark tickets as such that need not be looked at again."""
        with self._db:
            self._db.executemany(
                "update tickets set settled = 1 where id = ?", ((id,) for id in ids)
            )

    def counts(self) -> tuple[int, int]:
        """Return how many tickets there are, and how many of them are not settled."""
        tickets, unsettled = self._db.execute(
            "select count(*), (select count(*) from tickets where not settled) from tickets"
        ).fetchone()
        return int(tickets), int(unsettled)

    # ---- walks ----

    def complete_until(self, reach: str) -> str | None:
        """Return up to which time every change of what a token of this reach sees was looked at;
        None before the first whole walk.
        """
        row = self._db.execute(
            "select complete_until from walks where reach = ?", (reach,)
        ).fetchone()
        return None if row is None else row[0]

    def walk(self, reach: str) -> Walk | None:
        """Return the walk that did not come to its end."""
        row = self._db.execute(
            "select since, until, began_at, cursor from walks where reach = ?", (reach,)
        ).fetchone()
        if row is None or row[2] is None:
            return None
        return Walk(since=row[0], until=row[1], began_at=row[2], cursor=row[3])

    def put_walk(self, reach: str, walk: Walk) -> None:
        self._db.execute(
            """insert into walks (reach, since, until, began_at, cursor) values (?, ?, ?, ?, ?)
              on conflict (reach) do update
            set since = excluded.since, until = excluded.until, began_at = excluded.began_at,
              cursor = excluded.cursor""",
            (reach, walk.since, walk.until, walk.began_at, walk.cursor),
        )

    def end_walk(self, reach: str, complete_until: str) -> None:
        with self._db:
            self._db.execute(
                "insert or replace into walks (reach, complete_until) values (?, ?)",
                (reach, complete_until),
            )


def _schema_version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("pragma user_version").fetchone()[0])
