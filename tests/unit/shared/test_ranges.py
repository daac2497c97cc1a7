"""Which part of a file is asked for."""

import pytest

from shared.errors import NoSuchRange
from shared.http.ranges import has_it, range_of

ETAG = '"abc"'


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({}, None),
        ({"range": "bytes=0-0"}, (0, 0)),
        ({"range": "bytes=0-99"}, (0, 9)),
        ({"range": "Bytes= 3-5"}, (3, 5)),
        ({"range": "bytes=9-"}, (9, 9)),
        ({"range": "bytes=-3"}, (7, 9)),
        ({"range": "bytes=-99"}, (0, 9)),
        ({"range": "bytes=5-3"}, None),
        ({"range": "bytes=-"}, None),
        ({"range": "bytes=0-1,3-4"}, None),
        ({"range": "bytes=a-b"}, None),
        ({"range": "bytes=0-" + "9" * 40}, None),
        ({"range": "bytes=\u0663-4"}, None),
        ({"range": "lines=0-1"}, None),
        ({"range": "bytes=0-1", "if-range": ETAG}, (0, 1)),
        ({"range": "bytes=0-1", "if-range": 'W/"abc"'}, None),
        ({"range": "bytes=99-", "if-range": '"older"'}, None),
        ({"range": "bytes=0-1", "if-range": "Mon, 30 Nov 2026 02:42:37 GMT"}, None),
    ],
)
def test_one_range_is_a_part_and_all_else_the_whole(
    given: dict[str, str], asked: tuple[int, int] | None
) -> None:
    assert range_of(given, size_bytes=10, etag=ETAG) == asked


@pytest.mark.parametrize(("given", "size"), [("10-", 10), ("99-100", 10), ("-0", 10), ("-1", 0)])
def test_a_range_without_a_byte_is_refused_with_the_size(given: str, size: int) -> None:
    with pytest.raises(NoSuchRange) as refused:
        range_of({"range": f"bytes={given}"}, size_bytes=size, etag=ETAG)

    assert refused.value.fields == {"Content-Range": f"bytes */{size}"}


@pytest.mark.parametrize(
    ("given", "has"),
    [
        (ETAG, True),
        ('W/"abc"', True),
        ('"x", "abc"', True),
        ("*", True),
        ("abc", False),
        ('"abcd"', False),
        ('"x"', False),
        ("", False),
    ],
)
def test_a_file_is_there_already_where_its_tag_is_named(given: str, has: bool) -> None:
    assert has_it({"if-none-match": given} if given else {}, etag=ETAG) is has
