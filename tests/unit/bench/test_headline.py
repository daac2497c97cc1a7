"""What is said beside the figures."""

import pytest

from tests.bench.headline import create_costs_ms, meaning


def test_a_held_rate_is_said_in_tickets_a_day_and_households_a_core() -> None:
    said = meaning(75, 2)

    assert "75 lives a second are 6.5 million tickets a day" in said
    assert "a core carries 9.7 million households" in said


def test_the_load_generator_is_in_no_cost() -> None:
    worker = {
        "tickets": 1.5,
        "postgres": 0.7,
        "nats": 0.1,
        "textbook": 0.0,
        "textbook_postgres": 0.0,
        "loader": 5.0,
    }
    at_16 = {
        "create": {"cpu_ms": worker},
        "empty": {"cpu_ms": {**worker, "tickets": 0.1, "postgres": 0.0}},
        "textbook": {
            "cpu_ms": {
                **worker,
                "tickets": 0.0,
                "postgres": 0.0,
                "textbook": 2.0,
                "textbook_postgres": 0.4,
            }
        },
    }

    assert create_costs_ms({"16": at_16}) == pytest.approx(
        {"create": 2.3, "empty": 0.1, "textbook": 2.4}
    )
