"""Draw the pictures of the app that phones put on their screens, from `static/app-icon.svg`:
`python -m tests.pictures.app_icons`.
"""

import asyncio
from pathlib import Path

import services.portal
from tests.support.browser import browser

STATIC = Path(services.portal.__file__).parent / "static"
ACCENT, PAPER = "#0b6856", "#ffffff"
# name, size in pixels, share of the picture that the house takes, roundness of its ground:
# what is maskable is cut to any shape by the phone
ICONS = (
    ("app-192.png", 192, 0.66, 0.22),
    ("app-512.png", 512, 0.66, 0.22),
    ("app-maskable-512.png", 512, 0.52, 0.0),
)


async def draw_icons() -> None:
    """Write the pictures beside the drawing."""
    house = (STATIC / "app-icon.svg").read_text("utf-8")
    house = house.replace("#fff", "tick").replace(ACCENT, PAPER).replace("tick", ACCENT)
    async with browser() as started:
        for name, size, share, roundness in ICONS:
            page = await started.new_page(viewport={"width": size, "height": size})
            await page.set_content(
                f"<style>body{{margin:0}}div{{height:{size}px;display:grid;place-items:center;"
                f"background:{ACCENT};border-radius:{roundness * size}px}}"
                f"svg{{width:{share * size}px}}</style><div>{house}</div>"
            )
            await page.screenshot(path=STATIC / name, omit_background=True)
            await page.close()


if __name__ == "__main__":
    asyncio.run(draw_icons())
