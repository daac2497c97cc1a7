"""A process of browsers and phones. A line of JSON in says what they do, a line of JSON out what
came of it.

`{"what": "read", …}` as in `reading`, `{"what": "replay", …}` as in `outbox`, `{"what": "listen",
…}` as in `listening`.
"""

import json
import sys

import uvloop

from tests.bench.pages.listening import listen
from tests.bench.pages.outbox import replay
from tests.bench.pages.reading import read
from tests.bench.processes import say

_DOES = {"read": read, "replay": replay, "listen": listen}

if __name__ == "__main__":
    for line in sys.stdin:
        order = json.loads(line)
        say(uvloop.run(_DOES[order["what"]](order)))
