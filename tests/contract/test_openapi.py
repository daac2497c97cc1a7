"""The pages of the HTTP contracts say what tools can read: bounds, who may ask, header fields,
statuses, and examples that hold.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema_rs
import pytest

from fettle.home import CHECKOUT, SERVICES
from shared.auth.caller import Role

_OPEN = frozenset({"/livez", "/readyz", "/metrics"})
_CHANGING = frozenset({"post", "put", "patch", "delete"})

of_each_service = pytest.mark.parametrize("service", SERVICES)


@cache
def _document(service: str) -> Mapping[str, Any]:
    page = CHECKOUT / "docs" / "reference" / "openapi" / f"{service}.json"
    document: Mapping[str, Any] = json.loads(page.read_text(encoding="utf-8"))
    return document


def _operations(service: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, operations in _document(service)["paths"].items():
        for method, operation in operations.items():
            yield path, method, operation


def _schemas(part: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(part, dict):
        yield part
        for inner in part.values():
            yield from _schemas(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _schemas(inner)


def _fields_of(operation: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    parameters = operation.get("parameters", ())
    return {each["name"]: each for each in parameters if each["in"] == "header"}


@of_each_service
def test_bounds_are_json_schemas_own(service: str) -> None:
    named = {name for schema in _schemas(_document(service)) for name in schema}

    assert not named & {"ge", "gt", "le", "lt", "4XX", "5XX"}


@of_each_service
def test_an_object_whose_keys_have_a_pattern_has_no_others(service: str) -> None:
    loose = [each for each in _schemas(_document(service)) if "patternProperties" in each]

    assert loose == []


@of_each_service
def test_who_may_ask_is_said_of_every_operation(service: str) -> None:
    document = _document(service)

    for path, method, operation in _operations(service):
        schemes = {scheme for each in operation["security"] for scheme in each}
        assert bool(schemes) == (path not in _OPEN), f"{method} {path}"
        assert schemes <= document["components"]["securitySchemes"].keys()
        if schemes:
            assert "bearer" in schemes
            assert operation["x-roles"]
            assert set(operation["x-roles"]) <= set(Role)
            assert {"401", "403"} <= operation["responses"].keys()


def test_tokens_of_offers_and_jobs_are_schemes_of_their_own() -> None:
    schemes = {
        path: [scheme for each in operation["security"] for scheme in each]
        for path, _, operation in _operations("dispatch")
    }

    assert schemes["/v1/offers/{offer_id}/accept"] == ["bearer", "offer"]
    assert schemes["/v1/jobs/{job_id}/complete"] == ["bearer", "job"]


@of_each_service
def test_header_fields_are_parameters(service: str) -> None:
    for path, method, operation in _operations(service):
        fields = _fields_of(operation)
        assert ("Idempotency-Key" in fields) == (method in _CHANGING), f"{method} {path}"
        assert ("Last-Event-ID" in fields) == path.endswith("/events"), f"{method} {path}"
        if "If-Match" in fields:
            assert {"400", "412"} <= operation["responses"].keys()
            if fields["If-Match"]["required"]:
                assert "428" in operation["responses"]


def test_an_etag_is_demanded_where_only_what_exists_is_changed() -> None:
    operations = {(path, method): each for path, method, each in _operations("tickets")}

    amending = _fields_of(operations["/v1/tickets/{ticket_id}", "patch"])["If-Match"]
    writing = _fields_of(operations["/v1/sites/{site_id}", "put"])["If-Match"]

    assert (amending["required"], writing["required"]) == (True, False)


def test_a_body_without_required_fields_may_be_left_out() -> None:
    demanded = {
        path.rpartition("/")[2]: operation["requestBody"]["required"]
        for path, method, operation in _operations("tickets")
        if method == "post" and "requestBody" in operation
    }

    assert (demanded["confirm"], demanded["cancel"]) == (False, False)
    assert (demanded["hold"], demanded["tickets"]) == (True, True)


@of_each_service
def test_every_refusal_is_a_problem_with_its_codes(service: str) -> None:
    document = _document(service)

    for path, method, operation in _operations(service):
        for status, answer in operation["responses"].items():
            if status.startswith(("2", "3")):
                continue
            said = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
            _, rules = said["content"]["application/problem+json"]["schema"]["allOf"]
            assert rules["properties"]["status"]["const"] == int(status), f"{method} {path}"
            assert rules["properties"]["code"]["enum"]


@of_each_service
def test_head_is_described_wherever_get_is(service: str) -> None:
    for path, operations in _document(service)["paths"].items():
        assert ("get" in operations) == ("head" in operations), path
        for answer in operations.get("head", {}).get("responses", {}).values():
            assert "content" not in answer


def test_metrics_are_text() -> None:
    answer = _document("tickets")["paths"]["/metrics"]["get"]["responses"]["200"]

    assert list(answer["content"]) == ["text/plain"]


@of_each_service
def test_examples_are_as_their_schemas_say(service: str) -> None:
    document = _document(service)

    for schema in _schemas(document):
        examples = schema.get("examples")
        if not isinstance(examples, list):
            continue
        validator = jsonschema_rs.validator_for(
            {**schema, "components": document["components"]}, validate_formats=True
        )
        for example in examples:
            assert validator.is_valid(example), f"{example!r} of {schema}"
