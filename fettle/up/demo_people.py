"""The people of the site `demo` as whom the portal's pages are looked at (`/login/demo`): their
records at the services.
"""

from typing import Any

from fettle.technician.skills import usual_skills
from fettle.up.api import NotThere, ask
from fettle.up.seed import SITE

RESIDENT = "demo-resident"
HOME = "3-1202"
TECHNICIAN = "demo-technician"
TECHNICIAN_NAME = "李强"
_SKILLS = [{"code": code, "level": 2} for code in ("plumbing", "electrical", "lift")]
PLAYER = (
    *("fettle", "technician", "--id", TECHNICIAN, "--name", TECHNICIAN_NAME),
    *("--accept", "--work"),
)
"""What runs as `python -m …` where the technician takes and finishes every job by himself."""


def seed_resident(tickets_url: str, admin_token: str) -> bool:
    """Record where the resident of the site demo lives, unless there is a record of them.

    Return whether it was made; raises NotSeeded.
    """
    url = f"{tickets_url}/v1/sites/{SITE}/people/{RESIDENT}"
    try:
        ask(url, admin_token)
    except NotThere:
        ask(url, admin_token, put={"roles": ["resident"], "units": [{"unit": HOME}]})
        return True
    return False


def seed_technician(dispatch_url: str, admin_token: str, *, plays: bool) -> None:
    """Have the technician of the site demo. One who `plays` can do everything and is asked at any
    hour; one who does not has no shifts until the portal gives them some, at a sign-in as them.

    Raises NotSeeded.
    """
    url = f"{dispatch_url}/v1/technicians/{TECHNICIAN}"
    try:
        played = ask(url, admin_token)["shifts"] is None
    except NotThere:
        played = True
    if plays:
        ask(url, admin_token, put=_technician(usual_skills()))
    elif played:
        ask(url, admin_token, put={**_technician(_SKILLS), "shifts": []})


def _technician(skills: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": TECHNICIAN_NAME, "sites": [SITE], "skills": skills, "capacity": 3}
