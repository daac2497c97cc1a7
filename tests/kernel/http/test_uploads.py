"""Files that come with a request: streamed to disk, never more than they may, and gone after it."""

import asyncio
import hashlib
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.kernel.http.toy_app import MAX_FILE_BYTES, ToyApp
from tests.support.unread import Unread

_URL = "/v1/notes/files"
_JPEG = bytes.fromhex("ffd8ffe0") + bytes(range(256)) * 300
_PLAIN_FORM = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nabc'


async def _said(answer: httpx.Response) -> dict[str, object]:
    said: dict[str, object] = answer.json()
    path = str(said["path"])
    assert not await asyncio.to_thread(Path(path).exists)
    return said


async def test_a_body_is_the_file(toy: ToyApp) -> None:
    answer = await toy.http().post(
        _URL,
        content=_JPEG,
        headers={
            "Content-Type": "image/jpeg",
            "Content-Disposition": "attachment; filename*=UTF-8''%E6%B0%B4%E7%AE%A1.jpg",
        },
    )

    assert answer.status_code == 201, answer.text
    said = await _said(answer)
    assert said["name"] == "水管.jpg"
    assert said["media_type"] == "image/jpeg"
    assert said["sha256"] == hashlib.sha256(_JPEG).hexdigest()
    assert said["same"] is True


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="a \\"b\\".jpg"; size=3', 'a "b".jpg'),
        ("attachment; filename=plain.jpg; filename*=iso-8859-1'en'%E4.jpg", "ä.jpg"),
        ("attachment; filename*=utf-8''%FF.jpg", "\ufffd.jpg"),
        ("attachment; filename*=idna''xn--%ff", ""),
        ("attachment; filename*=punycode''%ff%ff", ""),
        ('attachment; filename="' + ";" * 60_000, ""),
        ("attachment" + "; a=b" * 1000 + "; filename=late.jpg", ""),
    ],
)
async def test_what_a_head_calls_the_file_is_looked_at_in_bounds(
    toy: ToyApp, disposition: str, name: str
) -> None:
    answer = await toy.http().post(
        _URL, content=_JPEG, headers={"Content-Disposition": disposition}
    )

    assert answer.status_code == 201, answer.text
    assert (await _said(answer))["name"] == name


async def test_the_part_with_a_file_name_is_the_file_and_the_others_are_fields(toy: ToyApp) -> None:
    answer = await toy.http().post(
        _URL,
        files={"photo": ("../etc/水管\u200b.jpg", _JPEG, "image/jpeg")},
        data={"about": "漏水"},
    )

    said = await _said(answer)
    assert (said["name"], said["media_type"]) == ("水管.jpg", "image/jpeg")
    assert (said["size_bytes"], said["same"]) == (len(_JPEG), True)
    assert said["fields"] == {"about": "漏水"}


async def test_a_form_is_the_same_however_it_is_cut(toy: ToyApp) -> None:
    request = toy.http().build_request("POST", _URL, files={"file": ("a.bin", b"\r\n--x\r\n-" * 9)})
    whole = await request.aread()

    async def in_bytes() -> AsyncIterator[bytes]:
        for at in range(len(whole)):
            yield whole[at : at + 1]

    answer = await toy.http().post(
        _URL, content=in_bytes(), headers={"Content-Type": request.headers["content-type"]}
    )

    said = await _said(answer)
    assert (said["size_bytes"], said["same"]) == (8 * 9, True)


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("form", [True, False])
async def test_a_file_that_is_too_large_is_413_as_soon_as_that_is_seen(
    toy: ToyApp, declared: bool, form: bool
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        if form:
            yield _PLAIN_FORM
        while True:
            sent += 64 * 1024
            yield bytes(64 * 1024)

    headers = {"Content-Type": "multipart/form-data; boundary=x" if form else "image/png"}
    if declared:
        headers["Content-Length"] = "99999999999"
    answer = await toy.http().post(_URL, content=endless(), headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert answer.json()["limit"] == MAX_FILE_BYTES
    assert sent <= (0 if declared else MAX_FILE_BYTES + 4 * 64 * 1024)


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"", "image/png", 422, "no_file"),
        (b"--x--\r\n", "multipart/form-data; boundary=x", 422, "no_file"),
        (_PLAIN_FORM, "multipart/form-data; boundary=x", 400, "bad_request"),
        (_PLAIN_FORM, "multipart/form-data", 400, "bad_request"),
        (b"{}", "multipart/form-data; boundary=" + "x" * 300, 400, "bad_request"),
        (b"nonsense", "multipart/form-data; boundary=x", 400, "bad_request"),
        (
            _PLAIN_FORM + b"\r\n" + _PLAIN_FORM + b"\r\n--x--\r\n",
            "multipart/form-data; boundary=x",
            400,
            "bad_request",
        ),
        (
            b'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n\xff\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            400,
            "bad_request",
        ),
        (
            b'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n' + bytes(9000),
            "multipart/form-data; boundary=x",
            400,
            "bad_request",
        ),
        (
            b"".join(
                b'--x\r\ncontent-disposition: form-data; name="%d"\r\n\r\n\r\n' % n
                for n in range(20)
            ),
            "multipart/form-data; boundary=x",
            400,
            "bad_request",
        ),
        (
            b"--x\r\n" + b"a: b\r\n" * 5000 + b"\r\n",
            "multipart/form-data; boundary=x",
            400,
            "bad_request",
        ),
    ],
)
async def test_what_is_no_file_is_refused_and_writes_nothing(
    toy: ToyApp, body: bytes, content_type: str, status: int, code: str
) -> None:
    answer = await toy.http().post(_URL, content=body, headers={"Content-Type": content_type})

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert await toy.count("notes") == 0


async def test_a_file_under_a_key_is_taken_once_and_another_one_refused(toy: ToyApp) -> None:
    key = {"Idempotency-Key": "one"}

    first = await toy.http().post(_URL, files={"file": ("a.jpg", _JPEG)}, headers=key)
    again = await toy.http().post(_URL, files={"file": ("a.jpg", _JPEG)}, headers=key)
    other = await toy.http().post(_URL, files={"file": ("a.jpg", _JPEG[1:])}, headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert other.json()["code"] == "idempotency_key_reused"
    assert await toy.count("notes") == 1


async def test_a_stranger_or_a_wrong_question_is_refused_before_a_byte_of_the_file(
    toy: ToyApp,
) -> None:
    stranger = await toy.http(bearer="").post(_URL, content=Unread())
    misspelt = await toy.http().post(f"{_URL}?dryrun=true", content=Unread())

    assert (stranger.status_code, misspelt.status_code) == (401, 422)


async def test_the_contract_says_how_large_a_file_may_be(toy: ToyApp) -> None:
    operation = toy.app.openapi()["paths"][_URL]["post"]

    content = operation["requestBody"]["content"]
    assert content["application/octet-stream"]["schema"]["maxLength"] == MAX_FILE_BYTES
    assert content["multipart/form-data"]["schema"]["required"] == ["file"]
    assert {"400", "408", "413", "422"} <= operation["responses"].keys()


_ON_A_FULL_DISK = """
import asyncio, resource, sys
from pathlib import Path
from starlette.requests import Request
from shared.http.uploads import StorageFull, receive_upload

async def receive():
    return {"type": "http.request", "body": bytes(600_000), "more_body": False}

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
request = Request({"type": "http", "method": "POST", "headers": []}, receive)
try:
    asyncio.run(receive_upload(request, 1_000_000, Path(sys.argv[1])))
except StorageFull as error:
    print(error.code, error.retry_after_s)
"""


def test_a_file_that_has_no_room_is_refused_and_nothing_of_it_is_left(tmp_path: Path) -> None:
    # in a process of its own: what bounds its files bounds all that it writes
    ran = subprocess.run(
        [sys.executable, "-c", _ON_A_FULL_DISK, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout.splitlines()[-1] == "storage_full 60"
    assert list(tmp_path.iterdir()) == []
