"""Where an instance keeps everything: data, keys, logs and its state, in `.fettle/` of the checkout
unless FETTLE_HOME says otherwise.
"""

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
SERVICES = ("tickets", "dispatch", "sla", "notify")
PORTS = {"tickets": 8001, "dispatch": 8002, "sla": 8003, "notify": 8004}


def home() -> Path:
    given = os.environ.get("FETTLE_HOME")
    return Path(given).resolve() if given else CHECKOUT / ".fettle"
