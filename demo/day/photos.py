"""Photos as telephones take them: small JPEG files, each of its own."""

from io import BytesIO
from random import Random

from PIL import Image

WIDTH, HEIGHT = 160, 120
MEDIA_TYPE = "image/jpeg"


def photo(seed: str) -> bytes:
    """Return a JPEG of coloured squares; the same seed gives the same picture."""
    chance = Random(seed)
    squares = bytes(chance.randrange(256) for _ in range(8 * 6 * 3))
    picture = Image.frombytes("RGB", (8, 6), squares).resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    written = BytesIO()
    picture.save(written, "JPEG", quality=80)
    return written.getvalue()
