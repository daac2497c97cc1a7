"""Remarks in replies."""

from shared.http.fields import Reply


class RemarkOut(Reply):
    """What is worth a look: a `code` with the `values` that it is about, and a sentence."""

    code: str
    text: str
    values: dict[str, str]
