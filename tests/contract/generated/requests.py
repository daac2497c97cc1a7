"""Requests generated from a service's contract by schemathesis: well formed ones and broken ones,
sent over HTTP, and every answer held against the contract.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.engine import events, from_schema
from schemathesis.schemas import BaseSchema

_STREAMS = "/events$"
"""Answers without an end: `HEAD` of them is asked, and other tests read them."""
_READINESS = "/readyz"
"""Truly 503 where there is no broker."""
Case = schemathesis.Case[Any]

_SEED = 20261129
_KNOWN = 0.7
"""The share of ids that exist, among those in paths."""
_PHASES = ("examples", "coverage", "fuzzing", "stateful")


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How many requests are generated: `examples` for each operation in each phase, `steps` one
    after the other, and with `whole` every boundary of every value in the phase of coverage.
    """

    examples: int
    steps: int
    whole: bool


@dataclass(frozen=True)
class Found:
    """What is wrong, each with a request that shows it, and how many requests were sent."""

    faults: Sequence[str]
    sent: int


_RULES = frozenset(
    {"value_error", "subject", "unstorable", "int_type", "date_from_datetime_parsing"}
)
"""What pydantic calls faults that no schema can say: an end before its start, half of a surrogate
pair, an integer that is written with a fraction (`3.0`, which is one to JSON Schema), a 31st of
November.
"""


@schemathesis.check
def well_formed_is_understood(
    ctx: schemathesis.CheckContext, response: schemathesis.Response, case: Case
) -> None:
    """Fail where a request that the contract calls well formed is refused for its form."""
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive or response.status_code != 422:
        return
    if case.method == "HEAD":
        return  # `GET` is asked the same, and says why
    problem = response.json()
    if problem["code"] != "invalid_input":
        return  # a rule of the domain, by its name
    by_rule = [fault["pointer"] for fault in problem["errors"] if fault["code"] in _RULES]
    faults = [
        fault
        for fault in problem["errors"]
        if fault["code"] not in _RULES and not _stands_for_another(fault, by_rule)
    ]
    if faults:
        raise Failure(
            operation=case.operation.label,
            title="A well formed request is refused for its form",
            message=str(faults),
        )


def _stands_for_another(fault: Mapping[str, str], by_rule: Sequence[str]) -> bool:
    """Return whether a rule refuses the same place or one inside: where a value may be of several
    kinds, or a key is refused, what else it is not is named too.
    """
    where = fault["pointer"]
    return where != "" and any(f"{each}/".startswith(f"{where}/") for each in by_rule)


def generate(
    url: str,
    document: Mapping[str, Any],
    known: Mapping[str, Sequence[str]],
    effort: Effort,
) -> Found:
    """Send what is generated from the document; `known` are ids that exist, by parameter of the
    path.
    """
    schema: BaseSchema = schemathesis.openapi.from_dict(
        dict(document), config=_config(url, known, effort)
    )
    schema = schema.exclude(method="GET", path_regex=_STREAMS).exclude(path=_READINESS)
    if not effort.whole:
        schema = schema.exclude(method="HEAD")
    found: dict[str, str] = {}
    sent = 0
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            sent += len(event.recorder.interactions)
            found.update(_failures(event))
        elif isinstance(event, events.NonFatalError):
            found[f"{event.label}: {event.value!r}"] = ""
        elif isinstance(event, events.FatalError):
            raise event.exception
    return Found([f"{what}\n{how}" for what, how in found.items()], sent)


def _config(url: str, known: Mapping[str, Sequence[str]], effort: Effort) -> SchemathesisConfig:
    phases: dict[str, Any] = {name: {"enabled": True} for name in _PHASES}
    if not effort.whole:
        phases["coverage"]["generation"] = {"mode": "positive"}
        phases["coverage"]["unexpected-methods"] = ["TRACE"]
    phases["stateful"]["max-steps"] = effort.steps
    return SchemathesisConfig.from_dict(
        {
            "seed": _SEED,
            "base-url": url,
            "continue-on-failure": True,
            "phases": phases,
            "generation": {
                "max-examples": effort.examples,
                "deterministic": True,
                "database": "none",
                "no-shrink": True,
                "with-security-parameters": False,
            },
            "checks": {
                "positive_data_acceptance": {"enabled": False},  # well_formed_is_understood does
                "ignored_auth": {"enabled": False},  # tests/architecture/test_every_route.py does
                "missing_required_header": {"expected-statuses": [401, 403, 404, 428]},
            },
            "request-timeout": 60,
            "dictionaries": {name: {"values": list(ids)} for name, ids in known.items()},
            "parameters": {
                f"path.{name}": {"dictionary": name, "probability": _KNOWN} for name in known
            },
        }
    )


def _failures(event: events.ScenarioFinished) -> Iterator[tuple[str, str]]:
    for case_id, checks in event.recorder.checks.items():
        for check in checks:
            if check.failure_info is None:
                continue
            case = event.recorder.cases[case_id].value
            failure = check.failure_info.failure
            interaction = event.recorder.interactions.get(case_id)
            answer = None if interaction is None else interaction.response
            said = "" if answer is None else f"{answer.status_code} {answer.text[:500]}"
            yield (
                f"{case.method} {case.path}: {check.name}: {failure.title} {failure.message[:300]}",
                f"    {check.failure_info.code_sample[:1200]}\n    -> {said}",
            )
