"""How much of the disk forms hold that are under way."""

import pytest

from services.portal.api.forms_under_way import (
    MAX_BYTES_OF_STRANGERS,
    FormsUnderWay,
    NoRoomForStrangers,
    Sender,
    TooManyForms,
)

_HERE = Sender("203.0.113.0/24", is_stranger=True)
_LI = Sender("session li", is_stranger=False)
_FREE = 64 * 1024


def test_a_sender_holds_so_much_and_not_a_byte_more_and_has_it_back() -> None:
    forms = FormsUnderWay()
    first, second = forms.hold(_HERE), forms.hold(_HERE)
    first.add(_FREE + _HERE.max_bytes - 1)
    second.add(_FREE + 1)

    with pytest.raises(TooManyForms):
        second.add(1)
    first.release()
    second.add(1)

    assert forms.held_bytes[_HERE.name] == forms.strangers_bytes == 2
    second.release()
    second.release()
    assert (forms.held_bytes, forms.strangers_bytes) == ({}, 0)


def test_strangers_of_many_networks_leave_room_for_small_forms_and_for_who_is_known() -> None:
    forms = FormsUnderWay()
    networks = [Sender(f"10.0.{n}.0/24", is_stranger=True) for n in range(5)]
    for each in networks[:4]:
        forms.hold(each).add(_FREE + each.max_bytes)
    assert forms.strangers_bytes == MAX_BYTES_OF_STRANGERS
    late = forms.hold(networks[4])

    late.add(_FREE)
    with pytest.raises(NoRoomForStrangers):
        late.add(1)
    forms.hold(_LI).add(_FREE + _LI.max_bytes)

    assert forms.strangers_bytes == MAX_BYTES_OF_STRANGERS


def test_a_form_that_comes_in_small_pieces_holds_what_it_is() -> None:
    forms = FormsUnderWay()
    held = forms.hold(_LI)

    for _ in range(100):
        held.add(1024)

    assert forms.held_bytes[_LI.name] == 36 * 1024
