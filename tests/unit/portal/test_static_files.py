"""Style sheets and scripts, known by what is in them."""

import gzip
import json
import re
import struct
from pathlib import Path

import pytest

from services.portal.adapters.rendering import TEMPLATES
from services.portal.adapters.static_files import StaticFiles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "order.txt").write_text("base.css\nprint.css\n")
    (tmp_path / "css" / "base.css").write_text("body { color: black }\n" * 50)
    (tmp_path / "css" / "print.css").write_text("body { color: white }")
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "app.js").write_text(
        'import "./forms.js";\nif (1) import("./live.js");\nexport { a } from "./forms.js";\n'
    )
    (tmp_path / "js" / "forms.js").write_text("export const a = 1;\n")
    (tmp_path / "js" / "live.js").write_text("export const b = 1;\n")
    (tmp_path / "js" / "sw.js").write_text("const assets = __ASSETS__;\n")
    (tmp_path / "icons.svg").write_text("<svg/>")
    (tmp_path / "notes.txt").write_text("not for browsers")
    return tmp_path


def test_the_style_sheets_are_one_in_their_order(folder: Path) -> None:
    sheet = StaticFiles(folder).all["portal.css"]

    assert sheet.body.startswith(b"body { color: black }")
    assert sheet.body.endswith(b"body { color: white }")
    assert sheet.packed is not None
    assert gzip.decompress(sheet.packed) == sheet.body


def test_a_url_changes_with_the_file_alone(folder: Path) -> None:
    before = StaticFiles(folder)
    (folder / "css" / "print.css").write_text("body { color: red }")
    after = StaticFiles(folder)

    assert before.url("portal.css") != after.url("portal.css")
    assert before.url("icons.svg") == after.url("icons.svg")


def test_scripts_import_one_another_by_the_version_they_have_together(folder: Path) -> None:
    files = StaticFiles(folder)
    version = files.url("js/app.js").partition("?")[2]

    script = files.all["js/app.js"].body.decode()

    assert script.count(f'"./forms.js?{version}"') == 2
    assert f'import("./live.js?{version}")' in script
    assert files.url("js/forms.js") == f"/static/js/forms.js?{version}"
    (folder / "js" / "forms.js").write_text("export const a = 2;\n")
    assert StaticFiles(folder).url("js/app.js") != files.url("js/app.js")


def test_the_service_worker_is_told_what_there_is(folder: Path) -> None:
    files = StaticFiles(folder)

    script = files.all["js/sw.js"].body.decode()

    told = json.loads(script.removeprefix("const assets = ").removesuffix(";\n"))
    assert files.url("portal.css") in told
    assert files.url("js/live.js") in told


def test_what_no_browser_needs_is_not_given_out(folder: Path) -> None:
    assert "notes.txt" not in StaticFiles(folder).all
    assert "css/order.txt" not in StaticFiles(folder).all


def test_every_file_that_a_template_names_is_there() -> None:
    named = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r"""static\(["']([\w./-]+)["']\)""", path.read_text("utf-8"))
    }
    modules = {
        f"js/{name}.js"
        for path in TEMPLATES.rglob("*.html")
        for found in re.findall(r"set modules = \[(.*?)\]", path.read_text("utf-8"))
        for name in re.findall(r"""["']([\w-]+)["']""", found)
    }

    assert named | modules <= StaticFiles().all.keys()


def test_no_script_shows_what_a_service_says_in_english_of_a_refusal() -> None:
    scripts = [*(TEMPLATES.parent / "static" / "js").glob("*.js")]

    assert scripts
    assert [path.name for path in scripts if ".detail" in path.read_text("utf-8")] == []


def test_what_a_phone_installs_has_its_icons_in_the_sizes_that_it_says() -> None:
    files = StaticFiles().all
    manifest = json.loads(files["manifest.webmanifest"].body)

    assert (manifest["start_url"], manifest["display"]) == ("/w", "standalone")
    purposes = {icon.get("purpose", "any") for icon in manifest["icons"]}
    assert purposes == {"any", "maskable"}
    for icon in manifest["icons"]:
        body = files[icon["src"].removeprefix("/static/")].body
        if icon["type"] == "image/png":
            width, height = struct.unpack(">II", body[16:24])
            assert icon["sizes"] == f"{width}x{height}"
        else:
            assert body.lstrip().startswith(b"<svg")
