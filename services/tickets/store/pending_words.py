"""New words, which PostgreSQL keeps in a list before it merges them into their index.

It merges them in the statement by which the list comes to 4 MB, some two thousand tickets: that one
takes a quarter of a second, and with it all that is committed together. So the list is merged
before, behind the requests, which go on adding to it meanwhile.
"""

from sqlalchemy import text

from shared.db.transaction import Database, Kind, Transaction

MANY = 80_000
"""Tokens: of some thousand tickets, and less than half of 4 MB."""
_MERGE = text("select gin_clean_pending_list('ticket_words_tokens') as pages")
_ADDED = "words added"


def note_added(tx: Transaction, tokens: int) -> None:
    """Count tokens that are in the list when the transaction has committed."""
    memory = tx.memory

    def add() -> None:
        memory[_ADDED] = memory.get(_ADDED, 0) + tokens

    tx.after_commit(add)


async def merge_if_many(database: Database, *, many: int = MANY) -> int:
    """Merge the list where this instance has added as many tokens since the last time; return how
    many pages it had.
    """
    if database.memory.get(_ADDED, 0) < many:
        return 0
    database.memory[_ADDED] = 0
    async with database.transaction(kind=Kind.READING) as tx:
        (row,) = await tx.rows(_MERGE)
    return int(row["pages"])
