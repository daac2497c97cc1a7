"""The figures of a run as a page in Markdown."""

from collections.abc import Mapping

from tests.bench.scale.figures import GOAL, Figures, milliseconds, worst_first


def write_page(measured: Mapping[str, Figures], *, title: str) -> str:
    """Return a table of all figures, what grew most first."""
    beyond = sum(figures["ratio"] > GOAL for figures in measured.values())
    rows = [
        f"| {_code(name)} | {milliseconds(figures['empty_ms'])} | "
        f"{milliseconds(figures['full_ms'])} | {figures['ratio']:.2f} "
        f"| {format(round(figures['buffers']), ',') if figures['buffers'] else ''} |"
        for name, figures in worst_first(measured)
    ]
    head = [
        f"{title}: {len(measured) - beyond} of {len(measured)} within × {GOAL:g}.",
        "",
        "| | few, ms | many, ms | × | pages |",
        "| --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *rows, ""])


def _code(name: str) -> str:
    """Return the name with what is asked set as code."""
    service, path, *more = name.split(" ", 2)
    return " ".join([service, f"`{path}`", *more]) if path.startswith("/") else name
