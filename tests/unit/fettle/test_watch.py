"""What died is begun again, ever more slowly while it keeps dying."""

from fettle.engines.processes import EngineFailed
from fettle.up.watch import Watch


class Mortal:
    """Dies when told to; fails to come back while `barred`."""

    def __init__(self) -> None:
        self.alive = True
        self.ending = "signal Killed"
        self.births = 1
        self.barred = False

    def restart(self) -> None:
        if self.barred:
            raise EngineFailed("no space left")
        self.births += 1
        self.alive = True


class Stage:
    """A mortal under watch, with a clock of the test's own, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0
        self.said: list[str] = []
        self.mortal = Mortal()
        self.watch = Watch(
            "sla",
            self.mortal,
            lambda name, line: self.said.append(f"{name} {line}"),
            clock=lambda: self.now,
        )

    def pass_time(self, seconds: float) -> None:
        """A look every tenth of a second."""
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            self.watch.look()


def test_what_lives_is_left_alone() -> None:
    stage = Stage()

    stage.pass_time(60)

    assert stage.mortal.births == 1
    assert stage.said == []


def test_what_died_is_begun_again_after_a_pause_and_it_is_said_once() -> None:
    stage = Stage()

    stage.mortal.alive = False
    stage.pass_time(1)

    assert stage.mortal.births == 2
    assert stage.said == ["sla ended with signal Killed; begins again in 0.25 s"]


def test_the_pause_grows_to_ten_seconds_while_it_keeps_dying() -> None:
    stage = Stage()

    for _ in range(8):
        stage.mortal.alive = False
        while not stage.mortal.alive:
            stage.pass_time(0.1)

    assert [line.rpartition(" in ")[2] for line in stage.said] == [
        "0.25 s",
        "0.5 s",
        "1 s",
        "2 s",
        "4 s",
        "8 s",
        "10 s",
        "10 s",
    ]


def test_the_pause_is_short_again_after_some_seconds_of_life() -> None:
    stage = Stage()
    for _ in range(4):
        stage.mortal.alive = False
        while not stage.mortal.alive:
            stage.pass_time(0.1)

    stage.pass_time(6)
    stage.mortal.alive = False
    stage.pass_time(1)

    assert stage.said[-1].endswith("begins again in 0.25 s")


def test_what_cannot_be_begun_says_why_and_is_tried_again() -> None:
    stage = Stage()
    stage.mortal.alive, stage.mortal.barred = False, True
    stage.pass_time(3)

    stage.mortal.barred = False
    stage.pass_time(10)

    assert "sla no space left; begins again in 0.5 s" in stage.said
    assert stage.mortal.alive
