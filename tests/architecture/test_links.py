"""Links of our own pages lead to files and headings that are there."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_ABROAD = ("http://", "https://", "mailto:")


def _pages() -> Iterator[Path]:
    yield from ROOT.glob("*.md")
    for folder in ("docs", "services", "shared", "tests"):
        yield from (ROOT / folder).rglob("*.md")


def _anchors(page: Path) -> set[str]:
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in _HEADING.findall(page.read_text(encoding="utf8"))
    }


def _leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    found = (page.parent / path).resolve() if path else page
    if not found.exists():
        return False
    return not anchor or found.suffix != ".md" or anchor in _anchors(found)


def test_links_of_our_own_pages_lead_somewhere() -> None:
    links = [
        (page, link)
        for page in _pages()
        for link in _LINK.findall(_CODE.sub("", page.read_text(encoding="utf8")))
        if not link.startswith(_ABROAD)
    ]

    assert len(links) > 100
    broken = [
        f"{page.relative_to(ROOT)}: {link}"
        for page, link in links
        if not _leads_somewhere(page, link)
    ]
    assert broken == []
