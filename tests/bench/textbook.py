"""What a textbook shows: a SQLModel table, an async session, add, commit, refresh. It knows no
callers, keys, facts or timelines.

`python -m tests.bench.textbook PORT DATABASE_URL`
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

import uvicorn
from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import Column, DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlmodel import Field, SQLModel

from shared.db.engine import asyncpg_url


class Report(BaseModel):
    site_id: str
    category: str
    title: str = ""
    description: str = ""
    unit: str | None = None
    answers: dict[str, str] = {}
    language: str = "en"


class TextbookTicket(SQLModel, table=True):
    __tablename__ = "tickets"
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    site_id: str = Field(index=True)
    category: str
    title: str
    description: str
    unit: str | None = None
    answers: dict[str, Any] = Field(sa_column=Column(JSONB))
    language: str
    state: str = Field(default="open", index=True)
    opened_at: datetime = Field(
        default_factory=lambda: datetime.now(UTC), sa_column=Column(DateTime(timezone=True))
    )


def create_app(database_url: str) -> FastAPI:
    engine = create_async_engine(asyncpg_url(database_url), pool_size=10, max_overflow=0)
    sessions = async_sessionmaker(engine, expire_on_commit=False)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with engine.begin() as connection:
            await connection.run_sync(SQLModel.metadata.create_all)
        yield
        await engine.dispose()

    async def session() -> AsyncIterator[AsyncSession]:
        async with sessions() as opened:
            yield opened

    app = FastAPI(lifespan=lifespan)

    @app.post("/tickets", status_code=201)
    async def create(
        report: Report, opened: Annotated[AsyncSession, Depends(session)]
    ) -> TextbookTicket:
        ticket = TextbookTicket.model_validate(report.model_dump())
        opened.add(ticket)
        await opened.commit()
        await opened.refresh(ticket)
        return ticket

    return app


if __name__ == "__main__":
    uvicorn.run(
        create_app(sys.argv[2]),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        log_level="warning",
        access_log=False,
    )
