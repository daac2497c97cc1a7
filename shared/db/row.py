"""The base of the rows that services store."""

from sqlmodel import SQLModel


class Row(SQLModel):
    """A row by its columns. What pydantic would check of it is built when it is asked for, which no
    service does: rows come from what is checked already, and go as they are (`shared.db.writes`).
    """

    model_config = {"defer_build": True}
