"""Lists that are sent to tickets."""

from typing import Any

from tests.component.tickets.arranging import Tickets
from tests.support import lists
from tests.support.lists import bad_cells, counts

__all__ = ["bad_cells", "counts", "send_list"]


async def send_list(tickets: Tickets, what: str, text: str, **more: Any) -> Any:
    """Send a list of the site `demo`; return what came of it."""
    return await lists.send_list(tickets.component, f"sites/demo/{what}:import", text, **more)
