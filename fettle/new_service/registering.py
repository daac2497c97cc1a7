"""Where a service is named beside its own folder, and how one more is named there.

Each function takes a file's text and returns it with the new service after the last one.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fettle.new_service.names import Names

_CONNECTIONS = 160
"""Of sixteen instances, ten each: as many as the gateway finds."""


class NotAsExpected(Exception):
    """A file in which the place for a new service is not found."""


@dataclass(frozen=True)
class Place:
    """The service that stands last everywhere, and the one to come after it."""

    last: str
    last_port: int
    new: Names


Edit = Callable[[str, Place], str]


def _after(pattern: str, text: str, addition: str, *, times: int = 1) -> str:
    """Return the text with the addition behind what the pattern finds, so many times.

    Raises NotAsExpected.
    """
    text, found = re.subn(
        pattern, lambda there: there[0] + addition, text, flags=re.MULTILINE | re.DOTALL
    )
    if found != times:
        raise NotAsExpected(f"{pattern!r} is there {found} times, not {times}")
    return text


def _home(text: str, place: Place) -> str:
    service = place.new.service
    text = _after(rf'"{place.last}": {place.last_port}', text, f', "{service}": {place.new.port}')
    follows = rf'^    "{place.last}": \([^\n]*\),\n'
    return _after(follows, text, f'    "{service}": ("tickets",),\n')


def _compose(text: str, place: Place) -> str:
    last, new = place.last, place.new
    before, after = last.upper(), new.service.upper()
    last_port, port = place.last_port, new.port
    for pattern, addition, times in (
        (
            rf"^      {before}_PASSWORD: \$\{{{before}_PASSWORD\}}\n",
            f"      {after}_PASSWORD: ${{{after}_PASSWORD}}\n",
            2,
        ),
        (
            rf"^      FETTLE_{before}_DATABASE_URL: &[^\n]*\n",
            f"      FETTLE_{after}_DATABASE_URL: &{new.service}_database "
            f"postgresql://{new.service}:${{{after}_PASSWORD}}@postgres/{new.service}"
            "?sslmode=verify-full&sslrootcert=/certificates/ca.pem\n",
            1,
        ),
        (rf"^  {last}:\n(?:    [^\n]*\n)+", new.filled_in(_CONTAINER), 1),
        (
            rf'^      - "[^\n]*:{last_port}"\n',
            f'      - "127.0.0.1:${{FETTLE_{after}_PORT:-{port}}}:{port}"\n',
            1,
        ),
        (
            rf'^      - "[^\n]*:{_tls_port(last_port)}"\n',
            f'      - "${{FETTLE_{after}_TLS_PORT:-{_tls_port(port)}}}:{_tls_port(port)}"\n',
            1,
        ),
        (rf"for port in [\d ]*{last_port}", f" {port}", 1),
        (rf'depends_on: \["tickets", ["a-z_0-9, ]*"{last}"', f', "{new.service}"', 1),
        (
            r"^      FETTLE_ARCHIVE: [^\n]*\n(?:      FETTLE_\w+_URL: [^\n]*\n)+",
            f"      FETTLE_{after}_URL: http://{new.service}:{port}\n",
            1,
        ),
    ):
        text = _after(pattern, text, addition, times=times)
    return re.sub(
        r"max_connections=(\d+)",
        lambda there: f"max_connections={int(there[1]) + _CONNECTIONS}",
        text,
    )


_CONTAINER = """
  __service__:
    <<: *service
    command: ["python", "-m", "services.__service__"]
    environment:
      <<: *environment
      FETTLE___SERVICE___DATABASE_URL: *__service___database
      FETTLE_NATS_URL: tls://__service__:${__SERVICE___PASSWORD}@nats:4222
    healthcheck:
      <<: *ready
      test: ["CMD", "python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:__port__/readyz')"]
"""


def _tls_port(port: int) -> int:
    """Return where the gateway for the network has the service: 8441 for 8001."""
    return port + 440


def _gateway(text: str, place: Place) -> str:
    door = (
        "\nlisten __service__\n    bind :__port__\n"
        f"    bind :{_tls_port(place.new.port)} ssl crt /tls/both.pem\n"
        "    http-request del-header Forwarded\n"
        "    http-request set-header X-Forwarded-For %[src]\n"
        "    server-template __service__- 16 __service__:__port__\n"
    )
    return _after(rf"^listen {place.last}\n(?:    [^\n]*\n)+", text, place.new.filled_in(door))


def _prometheus(text: str, place: Place) -> str:
    target = '      - {names: ["__service__"], type: A, port: __port__, refresh_interval: 10s}\n'
    return _after(
        rf'^      - \{{names: \["{place.last}"\][^\n]*\n', text, place.new.filled_in(target)
    )


def _alerts(text: str, place: Place) -> str:
    absent = rf'absent\(up\{{service="{place.last}"\}}\)'
    return _after(absent, text, f'\n          or absent(up{{service="{place.new.service}"}})')


def _databases(text: str, place: Place) -> str:
    line = place.new.filled_in('service __service__ "$__SERVICE___PASSWORD"\n')
    return _after(rf"^service {place.last} [^\n]*\n", text, line)


def _secrets(text: str, place: Place) -> str:
    return _after(
        rf"^for name in [A-Z_0-9 ]*\b{place.last.upper()}\b", text, f" {place.new.service.upper()}"
    )


def _durables(text: str, place: Place) -> str:
    return "\n".join(sorted([*text.split(), f"{place.new.service}-tickets"])) + "\n"


def _contracts(text: str, place: Place) -> str:
    imported = "from shared.contracts.__service__ import __Entity__V1\n"
    text = _after(r"^from shared\.contracts\.base [^\n]*\n", text, place.new.filled_in(imported))
    snapshots = r"^SNAPSHOTS: [^\n]*\(\n(?:    \w+,\n)+"
    text = _after(snapshots, text, place.new.filled_in("    __Entity__V1,\n"))
    return _after(r"^__all__ = \[\n", text, place.new.filled_in('    "__Entity__V1",\n'))


_SAMPLE = """

def ___entity__() -> __Entity__V1:
    return __Entity__V1(
        id=UUID("019a0000-0000-7000-8000-00000000__port__"),
        version=2,
        site_id="demo",
        ticket_id=_TICKET,
        state=__Entity__State.OVERDUE,
        text="密封圈",
        due_at=_at(9),
    )
"""


def _samples(text: str, place: Place) -> str:
    imported = "from shared.contracts.__service__ import __Entity__State, __Entity__V1\n"
    text = _after(r"^from shared\.contracts\.notify [^\n]*\n", text, place.new.filled_in(imported))
    text = _after(
        r"^    return \(\n        ticket,\n", text, place.new.filled_in("        ___entity__(),\n")
    )
    return text + place.new.filled_in(_SAMPLE)


_PLAN_SAMPLES = """    "__service__": {
        "dropped": "select ticket_id from __entity__s where state = 'dropped' limit 1",
        "open": "select id from __entity__s where state = 'open' limit 1",
    },
"""
_PLAN_BOUNDS = """    "__service__": {
        "queries._FIND": [ask(40, id="@open")],
        "queries._LOCK_OF_TICKETS": [ask(40, ids=["@dropped"])],
        "queries._LOCK_DUE": [ask(220, now=_NOW + timedelta(hours=1))],
        "queries._NEXT_DUE": [ask(40)],
        "queries._DELETE_OF_TICKETS": [ask(40, ids=["@dropped"])],
    },
"""


def _plans(text: str, place: Place) -> str:
    text = _after(r"^SAMPLES: [^\n]*\{\n", text, place.new.filled_in(_PLAN_SAMPLES))
    return _after(r"^BOUNDS: [^\n]*\{\n", text, place.new.filled_in(_PLAN_BOUNDS))


REGISTERED: Mapping[str, Edit] = {
    "fettle/home.py": _home,
    "compose.yaml": _compose,
    "deploy/haproxy.cfg": _gateway,
    "deploy/prometheus/prometheus.yml": _prometheus,
    "deploy/prometheus/alerts.yml": _alerts,
    "deploy/postgres/databases.sh": _databases,
    "deploy/secrets.sh": _secrets,
    "tests/architecture/durables.txt": _durables,
    "shared/contracts/__init__.py": _contracts,
    "tests/contract/samples.py": _samples,
    "tests/component/plans/bounds.py": _plans,
}
"""Path in the checkout → what is done to the file."""
