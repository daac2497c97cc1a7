"""Images and documents as people send them, and as they should not; made here, none is kept."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pillow_heif
from PIL import Image, PngImagePlugin

RED, BLUE = (220, 20, 20), (20, 20, 220)
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
_ORIENTATION, _GPS, _MAKE = 0x0112, 0x8825, 0x010F


def an_image(
    format: str, mode: str = "RGB", size: tuple[int, int] = (64, 48), **save: Any
) -> bytes:
    """The left half red, the right half blue, in the format by its name to Pillow."""
    return encoded(halves(size).convert(mode), format, **save)


def halves(size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGB", size, BLUE)
    image.paste(RED, (0, 0, max(size[0] // 2, 1), size[1]))
    return image


def encoded(image: Image.Image, format: str, **save: Any) -> bytes:
    if format == "HEIF":
        pillow_heif.register_heif_opener()
    out = BytesIO()
    image.save(out, format, **save)
    return out.getvalue()


def decoded(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def exif(*, orientation: int = 1) -> bytes:
    """What a phone says beside the pixels: who made it, how it was held and where."""
    said = Image.Exif()
    said[_ORIENTATION] = orientation
    said[_MAKE] = "Phone of resident-1"
    said.get_ifd(_GPS).update({1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0)})
    return said.tobytes()


def a_photo(**said: int) -> bytes:
    """A photo with all that a phone says of it."""
    return an_image("JPEG", exif=exif(**said), comment=b"taken at home", xmp=b"<x:xmpmeta/>")


def with_transparency() -> bytes:
    """A palette of which one colour lets through what is behind it."""
    palette = halves((64, 48)).convert("P", palette=Image.Palette.ADAPTIVE, colors=4)
    return encoded(palette, "PNG", transparency=palette.getpixel((0, 0)))


def animated(format: str) -> bytes:
    """Two frames, of which the first is red."""
    first, second = Image.new("RGB", (64, 48), RED), Image.new("RGB", (64, 48), BLUE)
    return encoded(first, format, save_all=True, append_images=[second], duration=100)


def in_sixteen_bits() -> bytes:
    """A grey image from black to white, with more greys than eight bits have."""
    grey = Image.new("I;16", (256, 16))
    grey.putdata([column * 257 for _ in range(16) for column in range(256)])
    return encoded(grey, "PNG")


def in_twelve_bits() -> bytes:
    """A JPEG whose head says twelve bits, which is none that is read."""
    data = bytearray(an_image("JPEG"))
    data[data.index(b"\xff\xc0") + 4] = 12
    return bytes(data)


def heic_in_ten_bits() -> bytes:
    pixels = struct.pack("<H", 1023) * 64 * 64 * 3
    heif = pillow_heif.from_bytes(mode="RGB;10", size=(64, 64), data=pixels)
    out = BytesIO()
    heif.save(out)
    return out.getvalue()


def png_of(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG that says so large an image, with hardly any pixels in it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), *chunks, (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def text_bomb() -> bytes:
    """A small image with words that would fill memory."""
    return png_of(8, 8, (b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200_000_000), 9)))


def with_words() -> bytes:
    """A PNG with words beside its pixels."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Location", "taken at home")
    return an_image("PNG", pnginfo=words)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
