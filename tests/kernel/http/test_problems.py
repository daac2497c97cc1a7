"""Every error is problem+json with a code and never a stack; what passes by itself is 503 with
Retry-After.
"""

from pathlib import Path

import asyncpg
import pytest

from shared.ids import new_id
from tests.kernel.http.toy_app import ToyApp, make_app


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nowhere", 404, "no_such_route"),
        ("GET", "/v1/notes/", 404, "no_such_route"),
        ("DELETE", "/v1/notes", 405, "method_not_allowed"),
        ("GET", "/v1/notes/broken", 500, "internal"),
    ],
)
async def test_an_error_is_a_problem_with_a_code_and_a_trace(
    toy: ToyApp, method: str, path: str, status: int, code: str
) -> None:
    answer = await toy.http().request(
        method, path, headers={"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}
    )

    said = answer.json()
    assert (answer.status_code, said["status"], said["code"]) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert said["trace_id"] == "a" * 32
    assert {"type", "title", "detail"} <= said.keys()
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


async def test_a_locked_table_is_503_with_retry_after_and_passes(toy: ToyApp) -> None:
    other = await asyncpg.connect(toy.service.settings.database_url)
    await other.execute("begin; lock table notes in access exclusive mode")

    answer = await toy.http().post("/v1/notes", json={"words": "a"})
    await other.close()

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert (await toy.http().post("/v1/notes", json={"words": "a"})).status_code == 201


async def test_what_fails_only_at_the_commit_is_not_answered_with_success(toy: ToyApp) -> None:
    answer = await toy.http().post(
        "/v1/notes",
        json={"words": "a", "after_id": str(new_id())},
        headers={"Idempotency-Key": "k"},
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "somebody_was_faster")
    assert (
        await toy.count("notes")
        == await toy.count("outbox")
        == await toy.count("idempotency_keys")
        == 0
    )


async def test_a_waiting_room_that_is_full_refuses_what_writes_and_not_what_reads(
    toy: ToyApp,
) -> None:
    toy.app.state.backlog_full = lambda: True

    writes, reads = (
        await toy.http().post("/v1/notes", json={"words": "a"}),
        await toy.http().get("/v1/notes"),
    )

    assert (writes.status_code, writes.json()["code"]) == (503, "backlog_full")
    assert int(writes.headers["retry-after"]) > 0
    assert reads.status_code == 200


async def test_metrics_and_readiness_answer_without_a_database(tmp_path: Path) -> None:
    toy = await make_app("postgresql://nobody:x@127.0.0.1:1/none", tmp_path)
    refused = await toy.http().get("/v1/notes")

    metrics, ready, alive = [
        await toy.http("").get(path) for path in ("/metrics", "/readyz", "/livez")
    ]
    await toy.close()

    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert metrics.status_code == 200
    assert "fettle_database_reachable 0.0" in metrics.text
    assert (
        'fettle_http_requests_total{method="GET",route="/v1/notes",status="503"} 1.0'
        in metrics.text
    )
    assert ready.status_code == 503
    assert "database" in ready.json()["missing"]
    assert alive.status_code == 200


async def test_another_method_is_refused_with_all_that_the_path_has(toy: ToyApp) -> None:
    answers = [
        await toy.http().request(method, path)
        for method, path in (
            ("POST", f"/v1/notes/{new_id()}"),
            ("DELETE", "/v1/notes"),
            ("DELETE", "/v1/notes/events"),
            ("DELETE", "/livez"),
        )
    ]

    assert {each.status_code for each in answers} == {405}
    assert [each.headers["allow"] for each in answers] == [
        "PATCH",
        "GET, HEAD, POST",
        "GET, HEAD, PATCH",
        "GET, HEAD",
    ]
