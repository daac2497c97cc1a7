"""Certificates as compose.yaml has them, for a server at localhost."""

import subprocess
from pathlib import Path

from fettle.home import CHECKOUT


def make_certificates(folder: Path) -> Path:
    """Return the folder in which `gateway/gateway.pem` and its `.key` are for localhost, and are
    signed by `public/ca.pem`; `nats/` and `postgres/` have others.
    """
    for name in ("authority", "public", "nats", "postgres", "gateway"):
        (folder / name).mkdir(parents=True)
    script = CHECKOUT / "deploy" / "certificates.sh"
    subprocess.run(["sh", script, folder, "localhost"], check=True, capture_output=True)
    return folder
