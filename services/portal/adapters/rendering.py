"""Pages out of templates."""

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.environment import TemplateModule

from services.portal.adapters.moments import FILTERS
from services.portal.adapters.sentences import sentence
from services.portal.adapters.service_answers import Missing
from services.portal.adapters.static_files import StaticFiles
from shared.compiled_templates import CompiledTemplates

TEMPLATES = Path(__file__).parents[1] / "templates"
_PACKED_FROM_BYTES = 600
"""What is smaller does not become fewer packets."""
_PACKING_LEVEL = 5

POLICY = "; ".join(
    (
        *("default-src 'none'", "script-src 'self'", "style-src 'self'"),
        *("img-src 'self' blob: data:", "connect-src 'self'", "form-action 'self'"),
        *("manifest-src 'self'", "worker-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"),
    )
)
PAGE_FIELDS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
}


_MADE = "made_for_this_page"
MADE_ONCE = frozenset(
    f"parts/{name}.html" for name in ("parts", "signs", "saying", "forms", "cards", "drawings")
)
"""Templates of macros that read nothing but what every page is given (`Page.render`)."""


class _Template(Template):
    """Makes the macros of MADE_ONCE once a page: a page, its frame and what they import from all
    ask for them.
    """

    def make_module(
        self,
        vars: dict[str, Any] | None = None,
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,
    ) -> TemplateModule:
        made = (vars or {}).get(_MADE)
        if made is None or self.name not in MADE_ONCE:
            return super().make_module(vars, shared, locals)
        if self.name not in made:
            made[self.name] = super().make_module(vars, shared, locals)
        module: TemplateModule = made[self.name]
        return module


class Templates:
    """Makes HTML. `is_strict` takes templates anew when they change, as in development."""

    def __init__(
        self, static: StaticFiles, folder: Path = TEMPLATES, *, is_strict: bool = False
    ) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=is_strict,
            cache_size=-1,
            bytecode_cache=CompiledTemplates(folder),
        )
        self._environment.template_class = _Template
        self._environment.filters.update(FILTERS)
        self._environment.tests["missing"] = lambda value: isinstance(value, Missing)
        self._environment.globals.update(
            static=static.url, sentence=sentence, new_key=lambda: str(uuid4())
        )

    def compile_all(self) -> None:
        """Read every template, so that no visitor waits for it. Raises TemplateSyntaxError."""
        for name in self._environment.list_templates(extensions=["html"]):
            self._environment.get_template(name)

    def html(self, template: str, context: Mapping[str, Any]) -> str:
        """Return the template with the context. Raises UndefinedError for what is not in it."""
        return self._environment.get_template(template).render({**context, _MADE: {}})


def html_response(html: str, status: int, *, accept_encoding: str) -> Response:
    """Return the answer with the fields of a page, packed where the browser takes it so."""
    body, fields = (
        html.encode("utf-8", errors="replace"),
        {**PAGE_FIELDS, "Vary": "Accept-Encoding"},
    )
    if len(body) >= _PACKED_FROM_BYTES and takes_gzip(accept_encoding):
        body, fields["Content-Encoding"] = gzip.compress(body, _PACKING_LEVEL, mtime=0), "gzip"
    return Response(body, status, headers=fields, media_type="text/html")


def takes_gzip(accept_encoding: str) -> bool:
    """Return whether an `Accept-Encoding` allows gzip."""
    for part in accept_encoding.split(","):
        name, _, weight = part.partition(";")
        if name.strip().lower() in ("gzip", "*"):
            return weight.replace(" ", "").lower() not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
