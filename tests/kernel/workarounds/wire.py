"""A connection of uvicorn's without a network."""

import asyncio
from typing import TypeVar

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

P = TypeVar("P", bound=HttpToolsProtocol)


class Wire(asyncio.Transport):
    """What is written to, and whether it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


def connect(kind: type[P], app: FastAPI | None = None) -> tuple[P, Wire]:
    """A connection of that kind, made; its timers end with `connection_lost`."""
    config = uvicorn.Config(app or FastAPI(), http=kind, log_config=None, lifespan="off")
    config.load()
    connection = kind(config=config, server_state=ServerState(), app_state={})
    wire = Wire()
    connection.connection_made(wire)
    return connection, wire
