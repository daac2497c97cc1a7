"""What OpenAPI says of the limits, of every route."""

from typing import Any, Final

TOO_MANY: Final[dict[str, Any]] = {
    "description": (
        "The caller, or before it is known who asks their address, has sent more than their share "
        "of this instance (`too_many_requests`), or has as many live streams open as they may "
        "(`too_many_streams`): application/problem+json, and nothing was done; the same may be "
        "sent again after `Retry-After` seconds"
    ),
    "headers": {
        "Retry-After": {
            "description": "Seconds",
            "required": True,
            "schema": {"type": "integer", "minimum": 0},
        },
        "RateLimit-Policy": {
            "description": "The quota `q` in requests and the seconds `w` in which it comes back: "
            '`"reads";q=200;w=4`',
            "schema": {"type": "string"},
        },
        "RateLimit": {
            "description": "How many requests `r` are left, and in how many seconds `t` there are "
            'more: `"reads";r=0;t=1`',
            "schema": {"type": "string"},
        },
    },
}
