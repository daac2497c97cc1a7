"""The portal's figures under names that stay."""

from collections.abc import Mapping
from typing import Any

from tests.bench.pages.rota import (
    BOARD,
    DESK_LIST,
    DESK_TICKET,
    REPORT,
    RESIDENT_LIST,
    RESIDENT_TICKET,
)

PAGES: Mapping[str, tuple[str, ...]] = {
    "page_ticket_p95_ms": (RESIDENT_TICKET, DESK_TICKET),
    "page_report_p95_ms": (REPORT,),
    "page_board_p95_ms": (BOARD,),
    "page_list_p95_ms": (RESIDENT_LIST, DESK_LIST),
}
"""The pages whose slower one each figure is."""


def headline_of_pages(found: Mapping[str, Any]) -> dict[str, float]:
    """Return the figures of one tree out of what `measure_pages` found; news is as slow as its
    slowest kind.
    """
    slowest = {
        key: max(found["pages"][page]["p95_ms"] for page in pages) for key, pages in PAGES.items()
    }
    return {
        **slowest,
        "outbox_20_s": found["outbox_s"],
        "fact_to_screen_p95_ms": max(kind["p95_ms"] for kind in found["screen"].values()),
    }
