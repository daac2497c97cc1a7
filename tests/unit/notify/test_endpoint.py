"""How an endpoint's failures add up, and how its secret is rotated."""

from datetime import UTC, datetime, timedelta

from services.notify.domain.delivery import Outcome
from services.notify.domain.endpoint import Endpoint, Secret
from services.notify.domain.kinds import Kind
from shared.ids import PersonId, SiteId, new_id

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DOWN, GONE = Outcome(status=500), Outcome(status=410)


def an_endpoint(
    *, kinds: frozenset[Kind] | None = None, sites: frozenset[SiteId] | None = None
) -> Endpoint:
    return Endpoint(
        id=new_id(),
        owner=PersonId("wang"),
        url="https://example.com/",
        kinds=kinds,
        sites=sites,
        secrets=(Secret(value="whsec_b2xk"),),
        version=1,
        created_at=NOON,
    )


def failing(endpoint: Endpoint, times: int, *, at: datetime = NOON) -> Endpoint:
    for _ in range(times):
        endpoint = endpoint.after_failure(DOWN, at=at)
    return endpoint


def test_the_breaker_opens_at_the_fifth_failure_in_a_row_and_longer_each_time() -> None:
    blocks = [failing(an_endpoint(), times).blocked_until for times in (4, 5, 6, 7, 30)]

    assert blocks == [None, *(NOON + timedelta(seconds=s) for s in (5, 10, 20, 60))]


def test_five_days_without_a_success_disable_it() -> None:
    endpoint = failing(an_endpoint(), 1)

    almost = endpoint.after_failure(DOWN, at=NOON + timedelta(days=5, seconds=-1))
    over = endpoint.after_failure(DOWN, at=NOON + timedelta(days=5))

    assert almost.open
    assert (over.open, over.disabled_reason, over.version) == (False, "failing_for_five_days", 2)


def test_gone_disables_it_at_once() -> None:
    after = an_endpoint().after_failure(GONE, at=NOON)

    assert (after.open, after.disabled_reason) == (False, "gone")


def test_enabling_begins_anew() -> None:
    gone = an_endpoint().after_failure(GONE, at=NOON)

    again = gone.changed(url=gone.url, kinds=gone.kinds, enabled=True, at=NOON)

    assert (again.open, again.failures, again.failing_since, again.version) == (True, 0, None, 3)


def test_another_address_begins_anew() -> None:
    failing_for_days = failing(an_endpoint(), 7)

    moved = failing_for_days.changed(
        url="https://elsewhere.example/", kinds=None, enabled=True, at=NOON + timedelta(days=6)
    )

    assert (moved.failures, moved.failing_since, moved.blocked_until) == (0, None, None)
    assert moved.after_failure(DOWN, at=NOON + timedelta(days=6)).open


def test_an_attempt_that_was_under_way_does_not_shorten_the_pause_that_was_asked_for() -> None:
    busy = an_endpoint().after_failure(
        Outcome(status=503, retry_after=timedelta(minutes=10)), at=NOON
    )

    assert failing(busy, 6).blocked_until == NOON + timedelta(minutes=10)


def test_a_pause_asked_for_by_an_answer_about_one_message_holds_back_no_other() -> None:
    assert (
        an_endpoint()
        .after_failure(Outcome(status=500, retry_after=timedelta(minutes=10)), at=NOON)
        .blocked_until
        is None
    )


def test_a_rotated_secret_stays_valid_for_a_day() -> None:
    rotated = an_endpoint().rotated("whsec_bmV3", at=NOON)

    def valid(at: datetime) -> list[str]:
        return [secret.value for secret in rotated.secrets if secret.valid(at)]

    assert valid(NOON) == ["whsec_bmV3", "whsec_b2xk"]
    assert valid(NOON + timedelta(days=1)) == ["whsec_bmV3"]


def test_it_wants_its_kinds_at_its_sites() -> None:
    endpoint = an_endpoint(kinds=frozenset({Kind.JOB_OFFERED}), sites=frozenset({SiteId("demo")}))

    assert endpoint.wants(Kind.JOB_OFFERED, SiteId("demo"))
    assert not endpoint.wants(Kind.JOB_ACCEPTED, SiteId("demo"))
    assert not endpoint.wants(Kind.JOB_OFFERED, SiteId("elsewhere"))
    assert not endpoint.removed(at=NOON).wants(Kind.JOB_OFFERED, SiteId("demo"))


def test_what_is_of_no_site_is_not_for_an_endpoint_that_staff_of_a_site_registered() -> None:
    staffs, own = an_endpoint(sites=frozenset({SiteId("demo")})), an_endpoint()

    assert not staffs.wants(Kind.ENDPOINT_DISABLED, None)
    assert own.wants(Kind.ENDPOINT_DISABLED, None)
