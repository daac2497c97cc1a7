"""Where an instance keeps everything: data, keys, logs and its state, in `.fettle/` of the checkout
unless FETTLE_HOME says otherwise.
"""

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
PORTS = {"tickets": 8001, "dispatch": 8002, "sla": 8003, "notify": 8004}
"""The one list of services, with the port that each listens on; what is deployed is tested against
it (tests/architecture/test_deployment.py).
"""
SERVICES = tuple(PORTS)
PORTAL = "portal"
PROCESS_PORTS = {**PORTS, PORTAL: 8000}
"""The one list of processes: the services, and the portal, which hears and publishes no facts."""
PROCESSES = tuple(PROCESS_PORTS)
FOLLOWS = {
    "tickets": ("dispatch", "sla"),
    "dispatch": ("tickets", "sla", "notify"),
    "sla": ("tickets", "dispatch", "notify"),
    "notify": ("tickets", "dispatch", "sla"),
}
"""Whose facts each service hears: its durables, and what it may do at the broker."""


def home() -> Path:
    given = os.environ.get("FETTLE_HOME")
    return Path(given).resolve() if given else CHECKOUT / ".fettle"
