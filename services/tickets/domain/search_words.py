"""What a ticket is found by: its words, cut into single characters and pairs, so that Chinese needs no dictionary."""

import unicodedata
from collections.abc import Iterable, Sequence

from services.tickets.domain.places import unit_key
from services.tickets.domain.ticket import Ticket
from shared.errors import Invalid


def searched_text(ticket: Ticket) -> str:
    """Return title, description, reference and place as they are compared: full width folded (NFKC), in lower case."""
    place = ticket.place
    said = (ticket.title, ticket.description, ticket.reference, unit_key(place), place.spot, place.address)
    return _folded("\n".join(each for each in said if each))


def words_of(question: str) -> Sequence[str]:
    """Return the words that have to occur, in any order, each as a part of what is said.

    Raises Invalid when they could be cut into no token: nothing but spaces and single Latin letters, digits or signs.
    """
    words = _folded(question).split()
    if not tokens_of(words):
        raise Invalid("Search for two characters or more, or for one Chinese character.", field="q")
    return words


def tokens_of(words: Iterable[str]) -> frozenset[str]:
    """Return every pair of neighbouring characters, and every single character beyond ASCII."""
    tokens: set[str] = set()
    for word in words:
        tokens.update([word[at : at + 2] for at in range(len(word) - 1)])
        if not word.isascii():
            tokens.update(character for character in word if character > "\x7f")
    return frozenset(tokens)


def _folded(said: str) -> str:
    return unicodedata.normalize("NFKC", said).lower()
