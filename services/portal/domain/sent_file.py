"""Files that a form brought."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class SentFile:
    """A file as it lies on disk while its request is answered. `name` and `media_type` are what its
    sender calls it; neither is to be believed.
    """

    name: str
    field: str
    media_type: str
    size_bytes: int
    path: Path


class WhyNot(StrEnum):
    """Why a file was not taken though its form was; the message's key is `file-<why>`."""

    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"


@dataclass(frozen=True, kw_only=True)
class LostFile:
    """A file that was not taken. `size_bytes` is what came of it."""

    name: str
    field: str
    size_bytes: int
    limit_bytes: int
    why: WhyNot
