"""The figures that are compared from release to release, under names that stay, out of all that was
measured.
"""

from collections.abc import Mapping
from typing import Any

from tests.bench.figures import ratio
from tests.bench.pages.headline import headline_of_pages

_REPORTS_EVERY_S = 30 * 86_400
_PEAK = 10
"""How much more is reported in the worst hour than on average."""


def headline(parts: Mapping[str, Any]) -> dict[str, Any]:
    """`parts` are one tree's `start`, `create` and `lives`, and `pages` where it has a portal.

    Rates are a second, `…_cpu_ms` are without the load generator.
    """
    create, lives = parts["create"], parts["lives"]
    at_16, counts = create["16"], lives["counts"]
    cost, loader = create_costs_ms(create), lives["life_burst"]["cpu_ms"]["loader"]
    return {
        "create_1_per_s": create["1"]["create"]["per_second"],
        "create_16_per_s": at_16["create"]["per_second"],
        "create_64_per_s": create["64"]["create"]["per_second"],
        "create_16_x_textbook": ratio(
            at_16["create"]["per_second"], at_16["textbook"]["per_second"]
        ),
        "create_16_x_empty": ratio(at_16["create"]["per_second"], at_16["empty"]["per_second"]),
        "create_16_x_textbook_by_cpu": ratio(cost["textbook"], cost["create"]),
        "create_16_x_empty_by_cpu": ratio(cost["empty"], cost["create"]),
        "create_64_p99_ms": create["64"]["create"]["p99_ms"],
        "read_16_x_empty": ratio(at_16["read"]["per_second"], at_16["empty"]["per_second"]),
        "webhook_idle_p50_ms": lives["idle"]["p50_ms"],
        "webhook_idle_p99_ms": lives["idle"]["p99_ms"],
        "webhook_30_p50_ms": lives["steady"]["p50_ms"],
        "webhook_30_p99_ms": lives["steady"]["p99_ms"],
        "offer_burst_cpu_ms": lives["offer_burst"]["served_cpu_ms"],
        "life_burst_cpu_ms": lives["life_burst"]["served_cpu_ms"],
        "life_burst_loader_cpu_ms": loader,
        "life_fixed_cpu_ms": sum(
            ms for name, ms in lives["life_fixed"]["cpu_ms"].items() if name != "loader"
        ),
        "whole_life_burst_cpu_ms": lives["whole_burst"]["served_cpu_ms"],
        "offer_burst_per_s": lives["offer_burst"]["tickets_per_s"],
        "life_burst_per_s": lives["life_burst"]["tickets_per_s"],
        "whole_life_burst_per_s": lives["whole_burst"]["tickets_per_s"],
        "offer_held_per_s": lives["offer_held"]["per_second"],
        "offer_held_swiftly_per_s": lives["offer_held"]["swift_per_second"],
        "life_held_per_s": lives["life_held"]["per_second"],
        "life_held_swiftly_per_s": lives["life_held"]["swift_per_second"],
        "facts_per_life": counts["life"]["facts"],
        "hearings_per_life": counts["life"]["hearings"],
        "facts_per_whole_life": counts["whole"]["facts"],
        "hearings_per_whole_life": counts["whole"]["hearings"],
        "memory_mb": {**lives["memory"]["after_mb"], **_portal_mb(parts)},
        "memory_tickets": lives["memory"]["tickets"],
        "ready_first_start_s": parts["start"]["first_s"],
        "ready_second_start_s": parts["start"]["second_s"],
        "sla_overdue_promises": lives["overdue"]["promises"],
        "sla_overdue_first_s": lives["overdue"]["first_s"],
        "sla_overdue_all_s": lives["overdue"]["all_s"],
        **(headline_of_pages(parts["pages"]) if "pages" in parts else {}),
    }


def _portal_mb(parts: Mapping[str, Any]) -> dict[str, float]:
    return {"portal": parts["pages"]["memory_mb"]} if "pages" in parts else {}


def meaning(lives_per_s: float, cores: float) -> str:
    """Say what a held rate is to a company."""
    tickets_a_day = lives_per_s * 86_400
    households = lives_per_s / cores / _PEAK * _REPORTS_EVERY_S
    return (
        f"What it means: {lives_per_s:.0f} lives a second are {tickets_a_day / 1e6:.1f} million "
        "tickets a day; where a household reports"
        " once a month and the worst hour is ten times the mean, a core carries "
        f"{households / 1e6:.1f} million households."
    )


def create_costs_ms(create: Mapping[str, Any]) -> dict[str, float]:
    """CPU of a request at 16 connections, of all that serves it (its PostgreSQL and NATS too) and
    without the load generator.
    """
    served_by = {
        "create": ("tickets", "postgres", "nats"),
        "empty": ("tickets",),
        "textbook": ("textbook", "textbook_postgres"),
    }
    return {
        what: sum(create["16"][what]["cpu_ms"][name] for name in names)
        for what, names in served_by.items()
    }
