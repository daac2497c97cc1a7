"""How the database runs a statement of a store: which tables it reads from end to end, and how many
blocks it touches.
"""

import importlib
import json
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
from sqlalchemy import TextClause
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.sql.compiler import SQLCompiler

from shared.db.reads import ForUpdate, Lookup, Requirement

_DIALECT = PGDialect_asyncpg()  # type: ignore[no-untyped-call] # SQLAlchemy does not say
# PostgreSQL weighs one plan for all parameters against a plan for each from the sixth run on
_RUNS = 7
_VERBS = ("insert", "update", "delete", "with", "select")
_KERNEL = (
    "shared.http.idempotency",
    "shared.messaging.healing",
    "shared.messaging.outbox",
    "shared.messaging.dead_letters",
    "shared.messaging.positions",
    "shared.messaging.snapshots",
    "shared.messaging.people",
)

Statement = TextClause | Lookup | Requirement | str


@dataclass(frozen=True)
class Cost:
    """The worst of several runs of a statement: blocks touched, and tables of which every row was
    read.
    """

    blocks: int
    read_whole: frozenset[str]


def statements_of_stores(service: str) -> dict[str, Statement]:
    """Return every statement that a store's module declares, as `module.NAME`; a `ForUpdate` is
    three of them.
    """
    package = importlib.import_module(f"services.{service}.store")
    names = [module_info.name for module_info in pkgutil.iter_modules(package.__path__)]
    # Conditions of partial indexes are no statements.
    return _statements_of(f"{package.__name__}.{name}" for name in names if name != "tables")


def statements_of_kernel() -> dict[str, Statement]:
    """Return every statement about the kernel's own tables, but for the relay's steps:
    tests/kernel/test_outbox_that_grows.py.
    """
    return _statements_of(_KERNEL)


def _statements_of(modules: Iterable[str]) -> dict[str, Statement]:
    found: dict[str, Statement] = {}
    for module in modules:
        for name, value in vars(importlib.import_module(module)).items():
            key = f"{module.rpartition('.')[2]}.{name}"
            if isinstance(value, TextClause | Lookup | Requirement) or _is_change(value):
                found[key] = value
            elif isinstance(value, ForUpdate):
                found |= {
                    f"{key}.lookup": value.lookup,
                    f"{key}.locking": value.locking,
                    f"{key}.unchanged": value.unchanged,
                }
    return found


def _is_change(value: object) -> bool:
    """Say whether it is a statement for `Transaction.change`, in which `{rows}` stands for what is
    given.
    """
    return isinstance(value, str) and "{rows}" in value and value.split()[0] in _VERBS


async def cost_of(
    connection: asyncpg.Connection,
    statement: Statement,
    given: Mapping[str, Any],
    *,
    planned_anew: bool = False,
) -> Cost:
    """Return what the statement costs with these parameters, `planned_anew` for them each time, as
    `Transaction.search` does; what it writes is rolled back.
    """
    sql, values = _prepared(statement, given)
    await connection.execute(f"prepare asked as {sql}")
    try:
        # A literal for each parameter: what EXECUTE is given has the types that PREPARE found.
        execute = (
            f"execute asked({', '.join(map(_literal, values))})" if values else "execute asked"
        )
        runs = 1 if planned_anew else _RUNS
        plans = [await _explain(connection, execute) for _ in range(runs)]
    finally:
        await connection.execute("deallocate asked")
    read_whole = {
        node["Relation Name"] for plan in plans for node in _nodes(plan) if _reads_whole(node)
    }
    return Cost(
        max(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] for plan in plans),
        frozenset(read_whole),
    )


async def answer_of(
    connection: asyncpg.Connection, statement: Statement, given: Mapping[str, Any]
) -> list[asyncpg.Record]:
    """Return the rows that the statement finds."""
    sql, values = _prepared(statement, given)
    rows: list[asyncpg.Record] = await connection.fetch(sql, *values)
    return rows


async def _explain(connection: asyncpg.Connection, execute: str) -> dict[str, Any]:
    transaction = connection.transaction()
    await transaction.start()
    try:
        answer = await connection.fetchval(f"explain (analyze, buffers, format json) {execute}")
    finally:
        await transaction.rollback()
    plan: dict[str, Any] = json.loads(answer)[0]["Plan"]
    return plan


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _reads_whole(node: Mapping[str, Any]) -> bool:
    return node["Node Type"] in ("Seq Scan", "Parallel Seq Scan") and node["Actual Loops"] > 0


def _prepared(statement: Statement, given: Mapping[str, Any]) -> tuple[str, list[Any]]:
    if isinstance(statement, Lookup):
        return statement.sql, list(statement.parameters([given]))
    if isinstance(statement, Requirement):
        return f"select count(*) from {statement.given(1)} {statement.lateral}", list(
            statement.parameters([given])
        )
    if isinstance(statement, str):
        return statement.format(rows="$1::json"), [json.dumps([given], default=str)]
    compiled = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    assert isinstance(compiled, SQLCompiler)
    values = compiled.construct_params(dict(given))
    return str(compiled), [values[name] for name in compiled.positiontup or ()]


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    return "'" + _text(value).replace("'", "''") + "'"


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return (
            "{"
            + ",".join(
                "null" if each is None else json.dumps(_text(each), ensure_ascii=False)
                for each in value
            )
            + "}"
        )
    return value.isoformat() if isinstance(value, datetime) else str(value)
