"""Forms read piece by piece, within limits."""

from pathlib import Path

import pytest

from services.portal.domain.sent_file import WhyNot
from services.portal.pages.form_parts import FormLimits, FormReader
from shared.http.problems import BadRequest

LIMITS = FormLimits(max_files=2, max_file_bytes=1000)
URLENCODED = {"content-type": "application/x-www-form-urlencoded"}
MULTIPART = {"content-type": "multipart/form-data; boundary=b"}


def _part(name: str, value: bytes, file: str | None = None) -> bytes:
    filename = "" if file is None else f'; filename="{file}"'
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"{filename}\r\n'
    kind = "" if file is None else "Content-Type: image/jpeg\r\n"
    return head.encode() + kind.encode() + b"\r\n" + value + b"\r\n"


async def _read(head: dict[str, str], body: bytes, *, piece: int = 7) -> FormReader:
    reader = FormReader(head, LIMITS)
    for start in range(0, len(body), piece):
        reader.feed(body[start : start + piece])
        await reader.write()
    await reader.end()
    return reader


async def test_fields_come_by_either_type() -> None:
    plain = await _read(URLENCODED, b"text=%E6%BC%8F%E6%B0%B4+a%26b&state=open&state=held&empty=")
    parts = await _read(
        MULTIPART, _part("text", "漏水 a&b".encode()) + _part("empty", b"") + b"--b--\r\n"
    )

    assert plain.fields == {"text": ["漏水 a&b"], "state": ["open", "held"], "empty": [""]}
    assert parts.fields == {"text": ["漏水 a&b"], "empty": [""]}
    assert plain.last("state") == "held"
    assert plain.last("nothing") == ""


async def test_line_breaks_are_as_they_were_typed() -> None:
    assert (await _read(URLENCODED, b"text=a%0D%0Ab")).last("text") == "a\nb"


async def test_files_lie_on_disk_until_they_are_discarded() -> None:
    body = _part("photo", b"x" * 900, "a/b\\me.jpg") + _part("note", b"hi") + b"--b--\r\n"

    reader = await _read(MULTIPART, body, piece=100)

    (file,) = reader.files
    assert (file.name, file.field, file.media_type, file.size_bytes) == (
        "me.jpg",
        "photo",
        "image/jpeg",
        900,
    )
    assert file.path.read_bytes() == b"x" * 900
    reader.discard()
    assert not file.path.exists()


@pytest.mark.parametrize("kind", ["imagé/jpeg", "image", "image/jpeg\x01", "a" * 200 + "/b", ""])
async def test_a_type_that_can_be_none_is_no_type(kind: str) -> None:
    part = _part("photo", b"x", "me.jpg").replace(b"image/jpeg", kind.encode())

    reader = await _read(MULTIPART, part + b"--b--\r\n", piece=500)

    assert [file.media_type for file in reader.files] == [""]
    reader.discard()


async def test_a_file_that_is_too_large_is_left_out_and_the_rest_is_there() -> None:
    body = (
        _part("photo", b"x" * 1001, "large.jpg")
        + _part("photo", b"y" * 10, "small.jpg")
        + _part("text", b"leak")
        + b"--b--\r\n"
    )

    reader = await _read(MULTIPART, body, piece=500)

    assert [file.name for file in reader.files] == ["small.jpg"]
    assert [(lost.name, lost.why, lost.size_bytes) for lost in reader.lost] == [
        ("large.jpg", WhyNot.TOO_LARGE, 1001)
    ]
    assert reader.last("text") == "leak"
    reader.discard()


async def test_of_too_many_files_the_first_ones_are_taken() -> None:
    body = b"".join(_part("photo", b"x", f"{n}.jpg") for n in range(4)) + b"--b--\r\n"

    reader = await _read(MULTIPART, body)

    assert [file.name for file in reader.files] == ["0.jpg", "1.jpg"]
    assert [lost.why for lost in reader.lost] == [WhyNot.TOO_MANY] * 2
    reader.discard()


async def test_an_input_for_which_no_file_was_chosen_is_no_file() -> None:
    reader = await _read(MULTIPART, _part("photo", b"", "") + b"--b--\r\n")

    assert not reader.files
    assert not reader.lost


async def test_no_file_is_left_of_a_form_that_is_cut(tmp_path: Path) -> None:
    reader = FormReader(MULTIPART, LIMITS)
    reader.feed(_part("photo", b"x" * 900, "me.jpg") + _part("more", b"x" * 10, "two.jpg"))
    await reader.write()
    paths = [file.path for file in reader.files]

    with pytest.raises(BadRequest):
        await reader.end()
    reader.discard()

    assert paths
    assert not any(path.exists() for path in paths)


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ({"content-type": "multipart/form-data"}, b""),
        ({"content-type": "multipart/form-data; boundary=" + "b" * 300}, b""),
        (MULTIPART, b""),
        (MULTIPART, b"nonsense"),
        (MULTIPART, _part("text", b"x")),
        (MULTIPART, _part("text", b"\xff") + b"--b--\r\n"),
        (MULTIPART, _part("text", b"a\0b") + b"--b--\r\n"),
        (MULTIPART, _part("", b"x") + b"--b--\r\n"),
        (MULTIPART, b"--b\r\n\r\nno head\r\n--b--\r\n"),
        (MULTIPART, b"".join(_part("a", b"") for _ in range(1300)) + b"--b--\r\n"),
        (MULTIPART, _part("text", b"x" * 1_100_000) + b"--b--\r\n"),
        (URLENCODED, b"text=%FF"),
        (URLENCODED, b"text=a%00b"),
        (URLENCODED, b"\xff=1"),
        (URLENCODED, b"a=1&" * 10_000),
        (URLENCODED, b"text=" + b"x" * 1_100_000),
    ],
)
async def test_what_cannot_be_read_or_is_beyond_all_limits_is_refused(
    head: dict[str, str], body: bytes
) -> None:
    with pytest.raises(BadRequest):
        await _read(head, body, piece=60_000)


async def test_the_head_of_a_part_is_of_a_bounded_length_whatever_it_says() -> None:
    long, many = "x" * 20_000, "".join(f"X-{n}: {'y' * 30}\r\n" for n in range(1000))
    named = 'Content-Disposition: form-data; name="text"\r\n'

    for head in (f"X-Long: {long}\r\n{named}", named + many):
        with pytest.raises(BadRequest):
            await _read(MULTIPART, f"--b\r\n{head}\r\nhi\r\n--b--\r\n".encode(), piece=1000)


async def test_five_thousand_emoji_are_text() -> None:
    text = "🔧" * 5000
    encoded = "".join(f"%{byte:02X}" for byte in text.encode())

    assert (await _read(URLENCODED, b"text=" + encoded.encode(), piece=1000)).last("text") == text


async def test_a_large_file_is_written_in_several_pieces() -> None:
    """The second piece came to a file that was closed with the first."""
    content = bytes(range(256)) * 4096
    reader = FormReader(MULTIPART, FormLimits(max_files=1, max_file_bytes=2**21))
    body = _part("photo", content, "large.jpg") + b"--b--\r\n"

    for start in range(0, len(body), 65536):
        reader.feed(body[start : start + 65536])
        await reader.write()
    await reader.end()

    (file,) = reader.files
    assert file.path.read_bytes() == content
    reader.discard()
