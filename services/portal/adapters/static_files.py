"""Style sheets, scripts and pictures: read and packed at the start, known by what is in them."""

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).parents[1] / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".webmanifest": "application/manifest+json",
}
_PACKED = frozenset((".css", ".js", ".svg", ".webmanifest"))
_IMPORT = re.compile(r"""((?:\bfrom|\bimport)\s*\(?\s*["'])(\.{1,2}/[\w./-]+\.js)(["'])""")
_SHEET = "portal.css"
_ASSETS = "__ASSETS__"
"""In a script, stands for the URLs of all that a page may need; the service worker keeps them."""


@dataclass(frozen=True, kw_only=True)
class StaticFile:
    body: bytes
    packed: bytes | None
    """The same in gzip, where that is smaller."""
    media_type: str
    version: str
    """Of what is in it: its `ETag`."""


class StaticFiles:
    """`/static/NAME?v=VERSION`. The style sheets are one, `portal.css`, in the order of
    `css/order.txt`. Scripts have one version together, which stands in their imports too, so that
    no module is loaded twice.
    """

    def __init__(self, folder: Path = STATIC) -> None:
        bodies = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.suffix in _TYPES and path.suffix != ".css"
        }
        bodies[_SHEET] = _joined(folder / "css")
        scripts = {name: body for name, body in bodies.items() if name.endswith(".js")}
        of_scripts = _version(b"\0".join(scripts.values()))
        others = {name: _file(name, body) for name, body in bodies.items() if name not in scripts}
        self._urls = {
            **{name: f"/static/{name}?v={each.version}" for name, each in others.items()},
            **{name: f"/static/{name}?v={of_scripts}" for name in scripts},
        }
        written = {
            name: _file(name, self._with_urls(body, of_scripts)) for name, body in scripts.items()
        }
        self._files = {**others, **written}

    @property
    def all(self) -> Mapping[str, StaticFile]:
        return self._files

    def url(self, name: str) -> str:
        """Return the URL of a file; of one that is not there it leads to a 404."""
        return self._urls.get(name, f"/static/{name}")

    def _with_urls(self, script: bytes, version: str) -> bytes:
        """Return the script with versions in its imports, and the URLs of all files where it asks
        for them.
        """
        text = _IMPORT.sub(rf"\1\2?v={version}\3", script.decode("utf-8"))
        return text.replace(_ASSETS, json.dumps(sorted(self._urls.values()))).encode()


def _joined(folder: Path) -> bytes:
    order = folder / "order.txt"
    names = order.read_text("utf-8").split() if order.exists() else []
    return b"\n".join((folder / name).read_bytes() for name in names)


def _file(name: str, body: bytes) -> StaticFile:
    suffix = Path(name).suffix
    packed = gzip.compress(body, 9, mtime=0) if suffix in _PACKED else body
    return StaticFile(
        body=body,
        packed=packed if len(packed) < len(body) else None,
        media_type=_TYPES[suffix],
        version=_version(body),
    )


def _version(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:12]
