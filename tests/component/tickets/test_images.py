"""Photos that people send: what comes in is read apart, and what is kept are pixels alone."""

from collections.abc import Callable

import pytest

from services.tickets.domain.attachments import MAX_BYTES
from tests.component.tickets.arranging import Tickets
from tests.component.tickets.attaching import attach, fetch, refused
from tests.support import images
from tests.support.images import BLUE, RED, an_image, decoded


def _near(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(one - other) < 60 for one, other in zip(pixel[:3], colour, strict=True))


@pytest.mark.parametrize(
    ("data", "size", "media_type"),
    [
        (an_image("JPEG"), (64, 48), "image/jpeg"),
        (an_image("PNG"), (64, 48), "image/jpeg"),
        (an_image("WEBP"), (64, 48), "image/jpeg"),
        (an_image("HEIF", size=(64, 64)), (64, 64), "image/jpeg"),
        (images.heic_in_ten_bits(), (64, 64), "image/jpeg"),
        (an_image("JPEG", "CMYK"), (64, 48), "image/jpeg"),
        (an_image("JPEG", "L"), (64, 48), "image/jpeg"),
        (an_image("PNG", "1"), (64, 48), "image/jpeg"),
        (an_image("PNG", "P"), (64, 48), "image/jpeg"),
        (an_image("PNG", "LA"), (64, 48), "image/jpeg"),
        (an_image("PNG", "RGBA"), (64, 48), "image/jpeg"),
        (images.with_transparency(), (64, 48), "image/webp"),
        (images.in_sixteen_bits(), (256, 16), "image/jpeg"),
        (an_image("PNG", size=(1, 1)), (1, 1), "image/jpeg"),
        (an_image("PNG", size=(20_000, 1)), (20_000, 1), "image/jpeg"),
        (an_image("JPEG", size=(5000, 5000)), (5000, 5000), "image/jpeg"),
        (images.animated("PNG"), (64, 48), "image/jpeg"),
        (images.animated("WEBP"), (64, 48), "image/jpeg"),
    ],
    ids=[
        *("JPEG", "PNG", "WebP", "HEIC", "HEIC in ten bits", "CMYK", "grey", "two colours"),
        *("palette", "grey with alpha", "opaque alpha", "palette with transparency"),
        *("sixteen bits", "1 x 1", "20000 x 1", "25 megapixels", "animated PNG", "animated WebP"),
    ],
)
async def test_a_photo_is_kept_as_its_pixels_whatever_they_came_in(
    tickets: Tickets, data: bytes, size: tuple[int, int], media_type: str
) -> None:
    ticket = await tickets.open()

    made = await attach(tickets, ticket["id"], data)

    answer = await fetch(tickets, made["url"])
    small = await fetch(tickets, made["thumbnail_url"])
    image, thumbnail = decoded(answer.content), decoded(small.content)
    assert (made["kind"], made["width"], made["height"]) == ("photo", *size)
    assert (image.size, answer.headers["content-type"]) == (size, media_type)
    assert made["bytes"] == len(answer.content)
    assert max(thumbnail.size) == min(320, max(size))
    assert not getattr(image, "is_animated", False)
    assert not image.getexif()


async def test_an_animation_is_kept_as_its_first_frame(tickets: Tickets) -> None:
    ticket = await tickets.open()

    for format in ("PNG", "WEBP"):
        made = await attach(tickets, ticket["id"], images.animated(format))

        image = decoded((await fetch(tickets, made["url"])).content)
        assert _near(image.getpixel((32, 24)), RED)


async def test_a_photo_stands_upright_and_says_nothing_of_where_it_was_taken(
    tickets: Tickets,
) -> None:
    ticket = await tickets.open()
    photo = images.a_photo(orientation=6)
    assert b"taken at home" in photo
    assert decoded(photo).getexif().get_ifd(0x8825)

    made = await attach(tickets, ticket["id"], photo)

    for url in (made["url"], made["thumbnail_url"]):
        kept = (await fetch(tickets, url)).content
        image = decoded(kept)
        assert image.size == (48, 64)
        assert _near(image.getpixel((24, 5)), RED)
        assert _near(image.getpixel((24, 58)), BLUE)
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert not any(
            said in kept for said in (b"taken at home", b"Phone of", b"Exif", b"xmpmeta", b"ICC")
        )


async def test_sixteen_bits_become_eight_and_not_white(tickets: Tickets) -> None:
    ticket = await tickets.open()

    made = await attach(tickets, ticket["id"], images.in_sixteen_bits())

    image = decoded((await fetch(tickets, made["url"])).content).convert("L")
    for wanted in (0, 64, 128, 192, 255):
        grey = image.getpixel((wanted, 8))
        assert isinstance(grey, float | int)
        assert abs(grey - wanted) < 6


async def test_what_lets_through_what_is_behind_it_still_does(tickets: Tickets) -> None:
    ticket = await tickets.open()

    made = await attach(tickets, ticket["id"], images.with_transparency())

    image = decoded((await fetch(tickets, made["url"])).content).convert("RGBA")
    assert [image.getpixel((column, 24))[3] for column in (5, 60)] == [0, 255]  # type: ignore[index]


async def test_what_is_hidden_behind_or_beside_an_image_is_not_kept(tickets: Tickets) -> None:
    ticket = await tickets.open()
    script = b"<html><script>alert(1)</script></html>"
    jpeg = an_image("JPEG")

    for data in (
        jpeg + script,
        jpeg[:2] + b"\xff\xfe\x00\x28" + script + jpeg[2:],
        images.with_words(),
    ):
        made = await attach(tickets, ticket["id"], data)

        kept = (await fetch(tickets, made["url"])).content
        assert b"script" not in kept
        assert b"taken at home" not in kept


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (images.png_of(50_000, 50_000), (422, "too_many_pixels")),
        (images.png_of(5001, 5000), (422, "too_many_pixels")),
        (images.text_bomb, (422, "unreadable_file")),
        (images.in_twelve_bits(), (422, "unreadable_file")),
        (an_image("JPEG", size=(640, 480))[:-2000], (422, "unreadable_file")),
        (an_image("PNG", size=(640, 480))[:-200], (422, "unreadable_file")),
        (an_image("WEBP")[:-40], (422, "unreadable_file")),
        (an_image("HEIF", size=(64, 64))[:-100], (422, "unreadable_file")),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(4000), (422, "unreadable_file")),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1miaf" + bytes(4000), (415, "not_attachable")),
        (b"\xff\xd8\xff\xe0" + images.PDF, (422, "unreadable_file")),
        (b"\xff\xd8\xff", (422, "unreadable_file")),
        (an_image("GIF"), (415, "not_attachable")),
        (an_image("BMP"), (415, "not_attachable")),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", (415, "not_attachable")),
        (b"<!doctype html><script>alert(1)</script>", (415, "not_attachable")),
        (b"GIF89a" + an_image("JPEG"), (415, "not_attachable")),
        (b" " + images.PDF, (415, "not_attachable")),
        (images.PDF[:-6], (422, "unreadable_file")),
        (b"PK\x03\x04" + bytes(100), (415, "not_attachable")),
        (b"x", (415, "not_attachable")),
        (b"", (422, "no_file")),
        (bytes(MAX_BYTES + 1), (413, "body_too_large")),
    ],
    ids=[
        *("a bomb", "one row too many", "words that would fill memory", "twelve bits"),
        *("a cut JPEG", "a cut PNG", "a cut WebP", "a cut HEIC", "a HEIC that is none", "AVIF"),
        *("a PDF with the head of a JPEG", "the head of a JPEG", "GIF called JPEG", "BMP", "SVG"),
        *("HTML called JPEG", "a JPEG with the head of a GIF", "a PDF with something before it"),
        *("a cut PDF", "a ZIP", "a letter", "nothing", "a byte too many"),
    ],
)
async def test_what_is_no_file_for_a_ticket_is_refused_and_leaves_nothing(
    tickets: Tickets, data: bytes | Callable[[], bytes], expected: tuple[int, str]
) -> None:
    ticket = await tickets.open()
    sent = data() if callable(data) else data

    for raw in (True, False):
        assert await refused(tickets, ticket["id"], sent, raw=raw) == expected

    folder = tickets.component.service.settings.attachments_folder  # type: ignore[attr-defined]
    assert list(folder.rglob("*")) == []
    assert (await tickets.get(ticket["id"]))["attachments"] == []
    assert await tickets.said() == ["opened"]
