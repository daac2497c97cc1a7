"""QR codes as SVG, to be printed: black on white in every theme."""

import io
from functools import lru_cache

from markupsafe import Markup


@lru_cache(maxsize=1024)
def qr_code(text: str) -> Markup:
    """Return the code as an SVG without a size of its own; a quarter of it may be scratched off
    (ISO/IEC 18004, level Q).
    """
    import segno  # once a label is asked for: it is no part of what every page costs

    out = io.BytesIO()
    segno.make(text, error="q", micro=False).save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=False,
        omitsize=True,
        nl=False,
        svgclass="qr",
        lineclass=None,
        border=2,
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - segno's own, with the text as dots
