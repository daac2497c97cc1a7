"""Which pictures go into the repository: every page once, as those see it who use it most; the main
ones in both themes and both languages. Few colours, so that all of them stay below 4 MB.
"""

from pathlib import Path

from PIL import Image

from tests.support.portal_pages import PageAt

_MAIN = ("track-working", "job", "offer", "board", "ticket", "map", "compliance")
_OF_PHONES = (None, "resident", "technician")
_OF_DEVELOPMENT = ("kit", "kit-resident")
_COLOURS = 128


def is_kept(page: PageAt, size: str, theme: str, language: str) -> bool:
    """Return whether the picture goes into the repository."""
    usual = "1920" if page.is_wall else "360" if page.role in _OF_PHONES else "1280"
    if page.name in _OF_DEVELOPMENT or size != usual:
        return False
    return page.name in _MAIN or (theme, language) == ("light", "zh-CN")


def keep(picture: Path, folder: Path) -> None:
    """Store the picture in the folder with few colours."""
    with Image.open(picture) as image:
        few = image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    few.save(folder / picture.name, "PNG", optimize=True)
