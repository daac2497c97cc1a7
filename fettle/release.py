"""`make release`: what a release is made of, into `dist/`: a bill of materials (CycloneDX 1.6) of
what `requirements.lock` installs, its licences, and the digests of the images.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from typing import Any

from fettle.home import CHECKOUT

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+?)(?: ;.*?)?(?: \\)?$", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_IMAGE = re.compile(r"^(?:FROM|\s+image:)\s+(\S+[:/]\S+)", re.MULTILINE)
_UNKNOWN = "not said by the package"
_PHRASES = (
    ("Permission is hereby granted, free of charge", "MIT"),
    ("Neither the name", "BSD-3-Clause"),
    ("Redistribution and use in source and binary forms", "BSD-2-Clause"),
)
"""What a licence's text says, from the narrowest on, and its name."""


def components(lock: str) -> Iterator[dict[str, Any]]:
    """Yield the CycloneDX component of each package that the lock file's text pins, with the
    licence that the installed package says, or that it is not installed here.
    """
    pins = [*_PINNED.finditer(lock)]
    for pin, following in zip(pins, [*pins[1:], None], strict=True):
        name, release = pin[1], pin[2]
        hashes = _HASH.findall(lock[pin.end() : following.start() if following else None])
        yield {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name}@{release}",
            "name": name,
            "version": release,
            "purl": f"pkg:pypi/{name}@{release}",
            "licenses": [_licence(name)],
            # of every file of that release: which one is installed depends on the machine
            "properties": [{"name": "fettle:sha256", "value": each} for each in hashes],
        }


def _licence(name: str) -> dict[str, Any]:
    """Return what an installed package says of its licence: an SPDX expression, or a name."""
    try:
        said = distribution(name).metadata
    except PackageNotFoundError:
        return {"license": {"name": "not installed here"}}
    for expression in said.get_all("License-Expression") or ():
        return {"expression": expression}
    classifiers = [
        each.rpartition(" :: ")[2]
        for each in said.get_all("Classifier") or ()
        if each.startswith("License ::")
    ]
    names = (*classifiers, *map(_name_of, said.get_all("License") or ()), _UNKNOWN)
    return {"license": {"name": names[0]}}


def _name_of(licence: str) -> str:
    """Return the licence's name, which a package may say in words or with the whole text."""
    words = " ".join(licence.split())
    known = (name for phrase, name in _PHRASES if phrase in words)
    return next(known, words[:80]) or _UNKNOWN


def bill_of_materials(lock: str) -> dict[str, Any]:
    """Return the CycloneDX document."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "fettle",
                "name": "fettle",
                "version": version("fettle"),
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": list(components(lock)),
    }


def licences(document: Mapping[str, Any]) -> str:
    """Return the list of licences as a page."""
    rows = [
        f"| {each['name']} | {each['version']} | {_words_of(each['licenses'][0])} |"
        for each in document["components"]
    ]
    return "\n".join(["| package | release | licence |", "| --- | --- | --- |", *rows]) + "\n"


def _words_of(licence: Mapping[str, Any]) -> str:
    words: str = licence.get("expression") or licence["license"]["name"]
    return words


def images() -> list[str]:
    """Return the images that are deployed, each once, by name and tag."""
    texts = [(CHECKOUT / name).read_text() for name in ("Dockerfile", "compose.yaml")]
    return sorted({image for text in texts for image in _IMAGE.findall(text)})


def digest_of(image: str) -> str:
    """Return the image's digest, or why there is none here."""
    command = [
        "docker",
        "buildx",
        "imagetools",
        "inspect",
        image,
        "--format",
        "{{.Manifest.Digest}}",
    ]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"not known: docker did not answer ({type(error).__name__})"
    if asked.returncode or not asked.stdout.startswith("sha256:"):
        return "not known: no registry answered for it here"
    return asked.stdout.strip()


def release(into: Path) -> None:
    """Write the files into the folder, and say which."""
    document = bill_of_materials((CHECKOUT / "requirements.lock").read_text())
    digests = "".join(f"{image} {digest_of(image)}\n" for image in images())
    into.mkdir(parents=True, exist_ok=True)
    for name, text in (
        ("fettle.cdx.json", json.dumps(document, indent=2) + "\n"),
        ("licences.md", licences(document)),
        ("images.txt", digests),
    ):
        (into / name).write_text(text)
        print(into / name)
    print(digests, end="")


if __name__ == "__main__":
    release(Path(sys.argv[1]) if len(sys.argv) > 1 else CHECKOUT / "dist")
