"""References that survive being read over the phone."""

from services.tickets.domain.references import (
    BLOCK,
    MAX_BLOCK,
    NumberPool,
    is_misread,
    reference_for,
)


def test_a_reference_is_the_sites_code_a_number_and_a_check_letter() -> None:
    reference = reference_for("DEMO", 1042)

    assert reference.startswith("DEMO-1042-")
    assert not is_misread(reference)
    assert not is_misread(f" {reference.lower()} ")


def test_one_wrong_digit_or_two_swapped_neighbours_show() -> None:
    unnoticed = []
    for number in range(1001, 1400):
        code, digits, check = reference_for("DEMO", number).split("-")
        for place in range(len(digits)):
            wrong = [
                digits[:place] + digit + digits[place + 1 :]
                for digit in "0123456789"
                if digit != digits[place]
            ]
            swapped = (
                [digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]]
                if place + 1 < len(digits)
                else []
            )
            unnoticed += [
                other
                for other in (*wrong, *swapped)
                if other != digits and not is_misread(f"{code}-{other}-{check}")
            ]

    assert unnoticed == []


def test_what_is_no_reference_is_misread() -> None:
    assert all(
        is_misread(text)
        for text in (
            "",
            "DEMO",
            "DEMO-1042",
            "DEMO-1042-",
            "DEMO--K",
            "1042",
            "DEMO-1042-KK",
            "演示-1042-K",
        )
    )


def test_a_block_is_given_out_once_and_each_number_of_it_once() -> None:
    pool = NumberPool()
    assert pool.take("DEMO") is None

    pool.put("DEMO", range(1002, 1004))

    assert [pool.take("DEMO") for _ in range(3)] == [1002, 1003, None]
    assert pool.take("PARK") is None


def test_one_of_all_who_take_a_number_is_told_when_the_block_is_half_used() -> None:
    pool = NumberPool()
    pool.put("DEMO", range(BLOCK))
    told = []
    for _ in range(BLOCK):
        pool.take("DEMO")
        told.append(pool.is_half_used("DEMO"))

    assert told.index(True) == BLOCK // 2 - 1
    assert sum(told) == 1


def test_the_next_block_joins_what_is_left_and_one_that_is_not_needed_is_let_go() -> None:
    pool = NumberPool()
    pool.put("DEMO", range(100, 102))

    pool.put("DEMO", range(200, 200 + BLOCK))
    pool.put("DEMO", range(300, 300 + BLOCK))

    assert [pool.take("DEMO") for _ in range(BLOCK + 3)] == [
        100,
        101,
        *range(200, 200 + BLOCK),
        None,
    ]


def test_a_block_that_was_used_up_too_soon_is_followed_by_one_twice_as_large() -> None:
    pool = NumberPool()
    assert pool.next_size("DEMO") == BLOCK
    pool.put("DEMO", range(BLOCK))
    assert pool.next_size("DEMO") == BLOCK

    sizes = []
    for _ in range(5):
        while pool.take("DEMO") is not None:
            pass
        sizes.append(pool.next_size("DEMO"))
        pool.put("DEMO", range(sizes[-1]))

    assert sizes == [2 * BLOCK, 4 * BLOCK, MAX_BLOCK, MAX_BLOCK, MAX_BLOCK]
    assert pool.next_size("PARK") == BLOCK


def test_a_larger_block_is_taken_ahead_when_half_of_it_is_used() -> None:
    pool = NumberPool()
    pool.put("DEMO", range(2 * BLOCK))
    told = []
    for _ in range(2 * BLOCK):
        pool.take("DEMO")
        told.append(pool.is_half_used("DEMO"))

    assert told.index(True) == BLOCK - 1
    assert sum(told) == 1
