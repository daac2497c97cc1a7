"""What a release is made of is written down whole."""

import re
import tomllib

from fettle.home import CHECKOUT
from fettle.release import bill_of_materials, images, licences

LOCK = (CHECKOUT / "requirements.lock").read_text()


def test_the_bill_of_materials_has_every_package_of_the_lock_with_its_hashes() -> None:
    document = bill_of_materials(LOCK)

    pinned = re.findall(r"^([\w.-]+)==", LOCK, re.MULTILINE)
    assert [each["name"] for each in document["components"]] == pinned
    hashes = [each for part in document["components"] for each in part["properties"]]
    assert len(hashes) == LOCK.count("--hash=sha256:")
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")


def test_every_package_that_is_installed_here_has_a_licence() -> None:
    page = licences(bill_of_materials(LOCK))

    assert "| fastapi |" in page
    assert "not said" not in page
    assert "Copyright" not in page


def test_every_image_that_is_deployed_is_listed() -> None:
    assert {"postgres:18", "nats:2.12-alpine", "python:3.12-slim"} <= {*images()}


def test_the_licence_is_said_wherever_it_is_looked_for() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    readme, notice = [(CHECKOUT / name).read_text() for name in ("README.md", "LICENSE")]
    (said,) = bill_of_materials(LOCK)["metadata"]["component"]["licenses"]

    assert (project["license"], project["license-files"]) == (said["license"]["id"], ["LICENSE"])
    assert f"SPDX-License-Identifier: {project['license']}\n" in notice
    assert f"[{project['license']}](LICENSE)" in readme
    assert "(SECURITY.md)" in readme
