"""Who came along with a duplicate."""

from dataclasses import dataclass, replace

from shared.ids import TicketId


@dataclass(frozen=True, kw_only=True)
class Joined:
    """Who came along with one duplicate that was merged into a ticket, and who of them `left`
    since: the merge was undone, or they no longer follow the duplicate.
    """

    ticket_id: TicketId
    people: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    def with_people(self, people: tuple[str, ...]) -> "Joined":
        """Return it with these people in place of those that it has."""
        ever = dict.fromkeys((*self.left, *self.people))
        return replace(self, people=people, left=tuple(each for each in ever if each not in people))
