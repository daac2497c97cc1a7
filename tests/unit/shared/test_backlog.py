"""What the relay says of facts that wait."""

from shared.messaging.backlog import Backlog


def test_nothing_is_wrong_while_nothing_waits_or_facts_have_just_been_published() -> None:
    backlog = Backlog(100)
    assert (backlog.stalled_s, backlog.trouble()) == (0, {})

    backlog.add(5)
    backlog.published(4)

    assert backlog.rows == 1
    assert backlog.trouble() == {}


def test_a_full_stream_is_named_until_it_takes_a_fact() -> None:
    backlog = Backlog(100)
    backlog.add(5)

    backlog.hindered("maximum bytes exceeded (10077)", stream_full=True)
    assert backlog.trouble().keys() == {"stream_room"}
    backlog.published(1)

    assert backlog.trouble() == {}


def test_a_full_stream_is_forgotten_when_another_instance_has_published_what_waited() -> None:
    backlog = Backlog(100)
    backlog.add(5)
    backlog.hindered("maximum bytes exceeded (10077)", stream_full=True)

    backlog.set(0)

    assert backlog.trouble() == {}


def test_what_waits_is_stalled_from_the_first_that_waits_until_one_is_published() -> None:
    backlog = Backlog(100)
    backlog.add(1)
    first = backlog.stalled_s
    backlog.add(1)

    assert 0 < first < backlog.stalled_s
    backlog.set(0)
    assert backlog.stalled_s == 0
