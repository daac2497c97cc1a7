"""What a service asks of its database, statement by statement."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from shared.db.transaction import Database


@contextmanager
def statements_of(database: Database) -> Iterator[list[str]]:
    """Collect the statements that are sent meanwhile, each a round trip, `begin` and `commit` among
    them.
    """
    sent: list[str] = []
    listening: list[Any] = []

    def log(record: Any) -> None:
        sent.append(record.query)

    def listen(connection: Any, *_: object) -> None:
        driver = connection.driver_connection
        if driver not in listening:
            listening.append(driver)
            driver.add_query_logger(log)

    pool = database.engine.pool
    event.listen(pool, "checkout", listen)
    try:
        yield sent
    finally:
        event.remove(pool, "checkout", listen)
        for driver in listening:
            driver.remove_query_logger(log)
