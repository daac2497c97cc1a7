"""`/static/…`, and the two files that browsers want at the root."""

from fastapi import APIRouter, Request, Response

from services.portal.adapters.rendering import takes_gzip
from services.portal.adapters.static_files import StaticFile
from services.portal.api.state import PortalState
from shared.errors import NotFound
from shared.http.state import state_of

router = APIRouter(include_in_schema=False)

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_WORKER_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'"


@router.get("/static/{name:path}")
async def static_file(request: Request, name: str) -> Response:
    """Return the file; one that is asked for by its version is never asked for again."""
    found = state_of(request, PortalState).static.all.get(name)
    if found is None:
        raise NotFound("There is no such file.")
    is_versioned = "v" in request.query_params
    return _answer(request, found, _FOR_EVER if is_versioned else _ASK_AGAIN)


@router.get("/sw.js")
async def service_worker(request: Request) -> Response:
    """Return the service worker, whose reach is all pages because it stands here."""
    response = _of(request, "js/sw.js")
    # what a worker may fetch is said by the answer that it came with
    response.headers["Content-Security-Policy"] = _WORKER_POLICY
    return response


@router.get("/manifest.webmanifest")
async def manifest(request: Request) -> Response:
    """Return what a phone installs the portal by."""
    return _of(request, "manifest.webmanifest")


def _of(request: Request, name: str) -> Response:
    found = state_of(request, PortalState).static.all.get(name)
    if found is None:
        raise NotFound("There is no such file.")
    return _answer(request, found, _ASK_AGAIN)


def _answer(request: Request, file: StaticFile, caching: str) -> Response:
    tag = f'"{file.version}"'
    fields = {"Cache-Control": caching, "ETag": tag, "Vary": "Accept-Encoding"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=fields)
    packed = file.packed
    if packed is not None and takes_gzip(request.headers.get("accept-encoding", "")):
        fields["Content-Encoding"] = "gzip"
        return Response(packed, headers=fields, media_type=file.media_type)
    return Response(file.body, headers=fields, media_type=file.media_type)
