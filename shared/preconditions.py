"""Conditional writes: a caller says in `If-Match` which version they have read (RFC 9110 §13.1.1).

`shared.http.requests.IfMatch` reads the header, the action compares.
"""

from shared.errors import PreconditionRequired, Stale


def demand_version(have: int, wanted: int | None) -> None:
    """Check that the caller wants to change what they have read.

    `have` is the version there is, 0 for what does not exist yet; `wanted` is the one that the
    caller has read, None where they named none, which only creates. Raises PreconditionRequired
    and Stale.
    """
    if have and wanted is None:
        raise PreconditionRequired(
            "It exists: send `If-Match` with the ETag that you read, so that no other change is "
            "lost."
        )
    if wanted is None or wanted == have:
        return
    if not have:
        raise Stale("It does not exist yet; create it without `If-Match`.", version=have)
    raise Stale(f"It was changed since you read it; it is at version {have}.", version=have)
