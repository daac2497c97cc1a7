"""What a category makes of a ticket: its nature, the road it takes, and what its report lacks."""

from enum import StrEnum

from pydantic import AwareDatetime

from shared.contracts.base import Contract


class Nature(StrEnum):
    """What kind of thing a person says."""

    FAULT = "fault"
    COMPLAINT = "complaint"
    PRAISE = "praise"
    SUGGESTION = "suggestion"
    ENQUIRY = "enquiry"
    REQUEST = "request"


class Road(StrEnum):
    """Who sees to a ticket: technicians, found by dispatch, or the staff of its site, who answer
    and resolve it without a job.
    """

    DISPATCH = "dispatch"
    DESK = "desk"


class Lack(StrEnum):
    """What is wrong with the answer to a question."""

    UNANSWERED = "unanswered"
    NOT_A_NUMBER = "not_a_number"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    NOT_AN_OPTION = "not_an_option"
    NOT_A_PHOTO = "not_a_photo"


class MissingAnswer(Contract):
    """A question of the ticket's category whose answer is demanded and not there, or does not fit;
    lacking since `asked_at`.

    `names` is the question as it is put, by language: `zh-CN` and `en` alone. What does not fit in
    the answer to a question that is not `required` holds nothing up.
    """

    question: str
    why: Lack
    asked_at: AwareDatetime
    names: dict[str, str] = {}
    required: bool = True
