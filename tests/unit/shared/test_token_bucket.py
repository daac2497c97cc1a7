"""Token buckets, by a clock that stands still until it is moved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.http.limits.token_bucket import Queue, Rate, TokenBucket

READS = Rate("reads", 50, 200)
SLOW = Rate("writes", 0.5, 2)


def _taken(bucket: TokenBucket, rate: Rate, now: float, tries: int) -> int:
    return sum(bucket.take(rate, now) for _ in range(tries))


def test_a_new_caller_has_a_whole_burst_and_then_the_rate() -> None:
    bucket = TokenBucket(READS, 0)

    taken = [_taken(bucket, READS, now, 500) for now in (0, 0, 1, 1.5, 1.5)]

    assert taken == [200, 0, 50, 25, 0]


def test_a_pause_fills_the_bucket_and_no_more() -> None:
    bucket = TokenBucket(READS, 0)
    _taken(bucket, READS, 0, 200)

    assert _taken(bucket, READS, 1_000_000, 500) == 200


def test_what_is_given_back_can_be_taken_again() -> None:
    bucket = TokenBucket(SLOW, 0)
    _taken(bucket, SLOW, 0, 2)
    bucket.give_back()

    assert _taken(bucket, SLOW, 0, 2) == 1


@given(
    rate=st.builds(Rate, st.just("any"), st.floats(0.1, 10_000), st.integers(1, 100_000)),
    pauses=st.lists(st.floats(0, 100), max_size=30),
)
def test_never_more_than_the_burst_and_what_time_has_added(rate: Rate, pauses: list[float]) -> None:
    bucket, now, taken = TokenBucket(rate, 0.0), 0.0, 0
    for pause in pauses:
        now += pause
        taken += _taken(bucket, rate, now, 20)

    assert taken <= rate.burst + now * rate.per_s + 1e-3


@given(
    rate=st.builds(Rate, st.just("any"), st.floats(0.1, 10_000), st.integers(1, 50)),
    begin=st.floats(0, 1e9),
)
def test_whoever_waits_as_long_as_they_are_told_is_served(rate: Rate, begin: float) -> None:
    bucket = TokenBucket(rate, begin)
    while bucket.take(rate, begin):
        pass
    wait_s = bucket.wait_s(rate)

    assert wait_s >= 1
    assert bucket.left == 0
    assert bucket.take(rate, begin + wait_s)


def test_a_full_bucket_has_nothing_to_wait_for() -> None:
    bucket = TokenBucket(READS, 0)

    assert (bucket.left, bucket.wait_s(READS)) == (200, 0)


def test_a_policy_says_the_quota_and_the_seconds_in_which_it_comes_back() -> None:
    policies = [READS.policy, SLOW.policy, READS.times(10).policy, Rate("x", 3, 10).policy]

    assert policies == [
        b'"reads";q=200;w=4',
        b'"writes";q=2;w=4',
        b'"reads";q=2000;w=4',
        b'"x";q=10;w=4',
    ]


def test_a_burst_has_its_time_little_by_little_and_after_a_pause_at_once() -> None:
    queue, rate = Queue(), Rate("changes", 40, 8)

    burst = [queue.join(rate, 100.0) for _ in range(11)]
    later = [queue.join(rate, 101.0) for _ in range(9)]

    assert burst == pytest.approx([0] * 8 + [0.025, 0.05, 0.075])
    assert later == pytest.approx([0] * 8 + [0.025])
