"""What is said of a value can always be written."""

from shared.remarks import WrongValue


def test_values_stand_in_the_words_and_beside_them() -> None:
    wrong = WrongValue("no_room", "there is no room {room}", room=7)

    assert (str(wrong), wrong.remark.values) == ("there is no room 7", {"room": "7"})


def test_half_a_surrogate_pair_is_escaped() -> None:
    wrong = WrongValue("no_room", "there is no room {room}", room="7\ud800")

    assert str(wrong) == r"there is no room 7\ud800"
    assert wrong.remark.values["room"].encode() == rb"7\ud800"
