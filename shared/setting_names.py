"""The names of all variables that anything of Fettle reads, to notice those that nothing does: a
misspelt one would change nothing, in silence.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path

PREFIX = "FETTLE_"
PAGE = Path(__file__).with_name("setting_names.txt")
"""Written by `fettle reference`: a service knows its own settings alone, and is told those of the
others too.
"""


def unread_variables(environment: Iterable[str]) -> Mapping[str, str]:
    """Return the variables that begin with FETTLE_ and that nothing reads, each with the nearest
    one that is read.
    """
    known = PAGE.read_text(encoding="utf-8").split()
    return {
        name: get_close_matches(name, known, n=1, cutoff=0)[0]
        for name in sorted(environment)
        if name.startswith(PREFIX) and name not in known
    }
