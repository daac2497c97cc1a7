"""Mails as files in a folder, for a laptop: each is written whole, and the oldest go."""

import asyncio
import os
import time
from pathlib import Path

from services.notify.domain.mail_outcome import MailOutcome, accepted, no_answer

MAX_FILES = 1000
_WRITTEN = 250
"""What a mail server says when it has taken a mail."""


class MailFolder:
    """Writes mails into the folder, which it makes, and keeps the newest of them. Their names are
    in the order of their making.
    """

    def __init__(self, folder: Path, *, max_files: int = MAX_FILES) -> None:
        self._folder, self._max_files = folder, max_files

    async def send(self, mail: bytes, *, name: str, email: str) -> tuple[MailOutcome, float]:
        """Write the mail as `NAME.eml`, the same name over retries; return how it went, and how
        many seconds it took.
        """
        began = time.perf_counter()
        try:
            await asyncio.to_thread(self._write, mail, name)
        except OSError as error:
            return no_answer(f"{self._folder}: {error.strerror}"), time.perf_counter() - began
        return accepted(_WRITTEN), time.perf_counter() - began

    async def close(self) -> None:
        """Do nothing: it holds nothing."""

    def _write(self, mail: bytes, name: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        begun = self._folder / f".{name}.{os.getpid()}"
        begun.write_bytes(mail)
        begun.replace(self._folder / f"{name}.eml")
        kept = sorted(self._folder.glob("*.eml"))
        for oldest in kept[: -self._max_files]:
            oldest.unlink(missing_ok=True)
