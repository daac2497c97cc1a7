"""What the contract says of the limits: the header fields of a refusal."""

from typing import Final

from shared.http.declared import HeaderField

LIMIT_FIELDS: Final = (
    HeaderField(
        name="RateLimit-Policy",
        description="The quota `q` in requests and the seconds `w` in which it comes back: "
        '`"reads";q=200;w=4`.',
        schema={"type": "string"},
    ),
    HeaderField(
        name="RateLimit",
        description="How many requests `r` are left, and in how many seconds `t` there are more: "
        '`"reads";r=0;t=1`.',
        schema={"type": "string"},
    ),
)
