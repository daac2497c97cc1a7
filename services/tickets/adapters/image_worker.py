"""The process that reads images which people send: `python -m
services.tickets.adapters.image_worker MEMORY_BYTES CPU_S`, one line of JSON in, one out. It holds
no secret, and is ended where an image takes more than it may.

What comes in is never kept as it came: pixels alone go out, turned as EXIF says, in eight bits, the
first frame of several, without GPS or anything else that was said beside them.
"""

import json
import math
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import Image, ImageFile, ImageOps

_THUMBNAIL_PX = 320
_WEBP_MAX_PX = 16_383
_QUALITY = 85
_MAX_FILE_BYTES = 128 * 1024 * 1024
_MAX_OPEN_FILES = 64
_EIGHT_BITS = {"L", "RGB"}
_WIDE = {"I", "I;16", "I;16B", "I;16L", "I;16N"}
_WITH_ALPHA = {"RGBA", "LA", "PA", "La", "RGBa"}


class _TooManyPixels(Exception):
    pass


def render(source: Path, format: str, folder: Path, *, max_pixels: int) -> dict[str, Any]:
    """Write the image and a small one into the folder; return what they are.

    Raises _TooManyPixels before a pixel is read, and whatever Pillow raises for what it cannot.
    """
    with Image.open(source, formats=["HEIF" if format == "heic" else format.upper()]) as image:
        if image.width * image.height > max_pixels:
            raise _TooManyPixels
        image.load()
        _turn(image)
        plain = _plain(image)
    width, height = plain.size
    whole = _save(plain, folder / "image")
    plain.thumbnail((_THUMBNAIL_PX, _THUMBNAIL_PX))
    small = _save(plain, folder / "thumbnail")
    return {"width": width, "height": height, "image": whole, "thumbnail": small}


def _turn(image: Image.Image) -> None:
    try:
        ImageOps.exif_transpose(image, in_place=True)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001, S110 - EXIF that cannot be read says nothing
        pass


def _plain(image: Image.Image) -> Image.Image:
    """Return the pixels alone, as RGB, or as RGBA where some let through what is behind them."""
    if image.mode in _WIDE:
        image.info.pop("transparency", None)
        image = image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    elif image.mode == "F":
        raise ValueError("an image of fractions")
    if image.mode in _WITH_ALPHA or "transparency" in image.info:
        image = image.convert("RGBA")
        if image.getchannel("A").getextrema() == (255, 255):
            image = image.convert("RGB")
    elif image.mode not in _EIGHT_BITS:
        image = image.convert("RGB")
    if image.mode == "RGBA" and max(image.size) > _WEBP_MAX_PX:
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        image = white
    image.info = {}
    return image


def _save(image: Image.Image, path: Path) -> str:
    """Write the image; return its media type. Raises MemoryError where that takes too much."""
    try:
        if image.mode == "RGBA":
            image.save(path, "WEBP", quality=_QUALITY, method=2)
            return "image/webp"
        image.save(path, "JPEG", quality=_QUALITY)
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise MemoryError from error  # encoders have many words for it
    return "image/jpeg"


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    try:
        return render(
            Path(asked["source"]),
            asked["format"],
            Path(asked["folder"]),
            max_pixels=asked["max_pixels"],
        )
    except _TooManyPixels:
        return {"error": "too_many_pixels"}
    except MemoryError:
        return {"error": "too_costly"}
    except OSError as error:
        if error.errno is not None:
            return {"error": "disk", "errno": error.errno}
        return {"error": "unreadable"}
    except Exception:  # noqa: BLE001 - whatever a hostile image makes a decoder raise
        return {"error": "unreadable"}


def _limit(memory_bytes: int) -> None:
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, _MAX_FILE_BYTES),
        (resource.RLIMIT_NOFILE, _MAX_OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _allow_cpu(seconds: int) -> None:
    """Let the process be ended by SIGXCPU when it has worked so much longer."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + seconds, hard))


def main(memory_bytes: int, cpu_s: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the service ends it, by closing its input
    os.umask(0o077)
    pillow_heif.register_heif_opener(
        decode_threads=1, thumbnails=False, depth_images=False, aux_images=False
    )
    Image.init()
    Image.MAX_IMAGE_PIXELS = None  # `render` looks first, and at fewer
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    _limit(memory_bytes)
    for line in sys.stdin.buffer:
        _allow_cpu(cpu_s)
        sys.stdout.buffer.write(json.dumps(_answer(json.loads(line))).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
