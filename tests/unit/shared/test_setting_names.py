"""A variable that nothing reads is noticed, with the one that was meant."""

import os
import socket
import subprocess
import sys

from shared.setting_names import unread_variables


def test_a_misspelt_variable_is_named_with_the_nearest() -> None:
    environment = ["FETTLE_POOLSIZE", "FETTLE_TICKET_PORT", "FETTLE_POOL_SIZE", "HOME", "FETTLES"]

    assert unread_variables(environment) == {
        "FETTLE_POOLSIZE": "FETTLE_POOL_SIZE",
        "FETTLE_TICKET_PORT": "FETTLE_TICKETS_PORT",
    }


def test_what_other_services_tests_and_the_command_line_read_is_no_mistake() -> None:
    known = ["FETTLE_NOTIFY_PORT", "FETTLE_TEST_ENGINES", "FETTLE_HOME", "FETTLE_DISPATCH_URL"]

    assert unread_variables(known) == {}


def test_a_service_says_so_at_its_start() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:  # so that it ends
        settings = {
            "FETTLE_POOLSIZE": "5",
            "FETTLE_SLA_DATABASE_URL": "postgresql://127.0.0.1:1/none",
            "FETTLE_SLA_PORT": str(taken.getsockname()[1]),
            "FETTLE_JWKS": "none",
            "FETTLE_ISSUER": "none",
        }
        started = subprocess.run(
            [sys.executable, "-m", "services.sla"],
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    assert started.returncode == 3
    said = next(line for line in started.stderr.splitlines() if "unread_variable" in line)
    assert "name=FETTLE_POOLSIZE" in said
    assert "nearest=FETTLE_POOL_SIZE" in said


def test_the_command_line_says_so_too() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "fettle", "token", "--help"],
        env={**os.environ, "FETTLE_HOMES": "x"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert "FETTLE_HOMES is set, and nothing reads it; did you mean FETTLE_HOME?" in said.stderr
