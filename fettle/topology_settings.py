"""What `fettle topology` is told by its environment.

Read plainly, without pydantic: its import would cost more than all else that the process does at
its start, which every start of an instance waits beside.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from shared.production import SECRET_PASSWORD, is_plain

Parse = Callable[[str], Any]


class WrongSetting(Exception):
    """Which variable, and what is expected of it."""


def _address(text: str) -> str:
    if not re.fullmatch(r"(nats|tls)://\S+", text):
        raise ValueError("expected nats://… or tls://…")
    return text


def _file(text: str) -> Path:
    if not Path(text).is_file():
        raise ValueError("there is no such file")
    return Path(text)


def _one_of(*words: str) -> Parse:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"expected {', '.join(words[:-1])} or {words[-1]}")
        return text

    return parse


def _number(least: int, most: int) -> Parse:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise ValueError(f"expected a number from {least} to {most}")
        return int(text)

    return parse


def _said(note: str, parse: Parse) -> Mapping[str, Any]:
    return {"note": note, "parse": parse}


@dataclass(frozen=True, kw_only=True)
class TopologySettings:
    """A setting is the environment variable `FETTLE_<NAME>`."""

    env: str = field(
        default="production",
        metadata=_said(
            "`production` refuses a password that all know.", _one_of("development", "production")
        ),
    )
    nats_url: str = field(
        default="nats://127.0.0.1:4222",
        metadata=_said("The NATS server or cluster; its user is the operator.", _address),
    )
    nats_ca: Path | None = field(
        default=None,
        metadata=_said("The certificates that a `tls://` server's is to be signed by.", _file),
    )
    log_level: str = field(
        default="info",
        metadata=_said(
            "What is logged: this and everything graver.",
            _one_of("debug", "info", "warning", "error"),
        ),
    )
    stream_replicas: int = field(
        default=1,
        metadata=_said("How many NATS servers keep each stream; 3 in a cluster.", _number(1, 5)),
    )
    tickets_per_day: int = field(
        default=2000,
        metadata=_said(
            "How many tickets a day each stream has room for, over the thirty days that it keeps: "
            "20 KiB a ticket.",
            _number(1, 10_000_000),
        ),
    )

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Return the settings of an environment. Raises WrongSetting."""
        if "FETTLE_STREAM_MAX_BYTES" in environment:
            raise WrongSetting(
                "FETTLE_STREAM_MAX_BYTES is no setting any more: unset it and "
                "set FETTLE_TICKETS_PER_DAY, from which sizes follow"
            )
        given: dict[str, Any] = {}
        for each in fields(cls):
            name = _variable(each.name)
            if name in environment:
                try:
                    given[each.name] = each.metadata["parse"](environment[name])
                except ValueError as error:
                    raise WrongSetting(f"setting {name}: {error}") from error
        settings = cls(**given)
        fault = SECRET_PASSWORD.fault_of(settings.nats_url)
        if settings.env == "production" and fault is not None:
            raise WrongSetting(f"setting FETTLE_NATS_URL: FETTLE_ENV is production: {fault}")
        return settings

    @property
    def is_without_tls(self) -> bool:
        """Whether, in production, the connection leaves this machine without TLS."""
        return self.env == "production" and is_plain(self.nats_url)

    @classmethod
    def described(cls) -> Mapping[str, tuple[Any, str]]:
        """Return variable → default and note."""
        return {_variable(each.name): (each.default, each.metadata["note"]) for each in fields(cls)}


def _variable(name: str) -> str:
    return f"FETTLE_{name.upper()}"
