"""The technician that a newcomer runs, and the site they run it at."""

import json

from fettle.home import CHECKOUT
from fettle.technician.command import usual_skills


def test_the_usual_technician_has_every_skill_that_the_demo_site_asks_for() -> None:
    site = json.loads((CHECKOUT / "fettle/up/demo_site.json").read_text())
    asked = {
        (skill["code"], skill["level"])
        for category in site["categories"]
        for skill in category["skills"]
    }

    levels = {skill["code"]: skill["level"] for skill in usual_skills()}

    assert len(asked) >= 10
    assert [(code, level) for code, level in asked if levels.get(code, 0) < level] == []
