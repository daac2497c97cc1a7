"""What a file may be, and what a ticket becomes with it."""

from dataclasses import replace
from uuid import UUID

import pytest

from services.tickets.domain.attachments import (
    MAX_ATTACHMENTS,
    Format,
    NotAttachable,
    TooManyAttachments,
    UnknownAttachment,
    UnreadableFile,
    attach,
    demand_attachments,
    format_of,
    heard_by_desk,
    stored_file,
)
from services.tickets.domain.held import HeldJob, HeldStep, HeldWork
from services.tickets.domain.joined import Joined
from services.tickets.domain.limits import TicketFull
from services.tickets.domain.sharing import (
    public_part,
    without_internal,
    without_those_who_joined,
)
from services.tickets.domain.work_view import works_by_token
from shared.contracts.attachments import Attachment, AttachmentKind
from shared.contracts.dispatch import JobState, WorkOrderState
from shared.contracts.tickets import Place
from shared.contracts.tickets import TicketState as State
from shared.ids import new_id
from tests.unit.tickets.arranging import (
    JOB_ID,
    NEIGHBOUR,
    NOON,
    OTHER_ID,
    RESIDENT,
    STAFF,
    TICKET_ID,
    a_ticket,
    after,
)


def an_attachment(
    by: str = RESIDENT.id, *, by_staff: bool = False, public: bool = True
) -> Attachment:
    return Attachment(
        id=new_id(), kind=AttachmentKind.PHOTO, by=by, at=NOON, by_staff=by_staff, public=public
    )


@pytest.mark.parametrize(
    ("head", "format"),
    [
        (b"\xff\xd8\xff\xe1", Format.JPEG),
        (b"\x89PNG\r\n\x1a\n", Format.PNG),
        (b"RIFF\x10\0\0\0WEBPVP8 ", Format.WEBP),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Format.HEIC),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heix", Format.HEIC),
        (b"%PDF-1.4\n", Format.PDF),
    ],
)
def test_a_file_is_what_its_content_says(head: bytes, format: Format) -> None:
    assert format_of(head, b"startxref\n0\n%%EOF\n") is format


@pytest.mark.parametrize(
    "head",
    [
        *(b"", b"\xff\xd8", b"\x89PNG\n", b"RIFF\x10\0\0\0WAVE", b"RIFF", b"GIF89a", b"BM"),
        *(b"\0\0\0\x18ftypavif\0\0\0\0mif1", b"\0\0\0\x18ftypmp42", b"<svg", b"<html>", b"%!PS"),
        *(b"\n%PDF-1.4", b"\xef\xbb\xbf%PDF-1.4", b"II*\0", b"PK\x03\x04"),
    ],
)
def test_what_is_none_of_them_is_refused(head: bytes) -> None:
    with pytest.raises(NotAttachable):
        format_of(head, head)


def test_a_pdf_without_its_end_was_cut() -> None:
    with pytest.raises(UnreadableFile):
        format_of(b"%PDF-1.4", b"endobj")


def test_a_ticket_takes_eight_and_each_is_a_version() -> None:
    before = ticket = a_ticket(State.CLOSED)
    for _ in range(MAX_ATTACHMENTS):
        ticket = attach(ticket, an_attachment())

    assert len(ticket.attachments) == MAX_ATTACHMENTS == 8
    assert (ticket.version - before.version, ticket.entries - before.entries) == (8, 8)
    with pytest.raises(TooManyAttachments):
        attach(ticket, an_attachment())


def test_a_full_ticket_takes_none_also_when_it_has_ended() -> None:
    full = replace(a_ticket(State.CLOSED), place=Place(address="水" * 17_000))

    with pytest.raises(TicketFull):
        attach(full, an_attachment())


def test_the_desk_hears_of_what_residents_add_after_the_report() -> None:
    ticket = a_ticket(State.OPEN)

    heard = {
        "at once": heard_by_desk(ticket, by=RESIDENT, at=after(minutes=9)).activities,
        "later": heard_by_desk(ticket, by=RESIDENT, at=after(minutes=10)).activities,
        "by staff": heard_by_desk(ticket, by=STAFF, at=after(minutes=10)).activities,
    }

    assert {name: len(found) for name, found in heard.items()} == {
        "at once": 0,
        "later": 1,
        "by staff": 0,
    }


def test_residents_see_what_is_public_and_of_a_shared_ticket_their_own_and_the_desks() -> None:
    joined = Joined(ticket_id=OTHER_ID, people=(NEIGHBOUR.id,), left=())
    own, theirs = an_attachment(), an_attachment(NEIGHBOUR.id)
    desk, work = an_attachment(STAFF.id, by_staff=True), an_attachment(f"job:{JOB_ID}")
    internal = an_attachment(STAFF.id, by_staff=True, public=False)
    ticket = replace(
        a_ticket(State.OPEN), attachments=(own, theirs, desk, work, internal), joined=(joined,)
    )

    public = without_internal(ticket)

    assert public.attachments == (own, theirs, desk, work)
    assert without_internal(public) is public
    assert without_those_who_joined(public, to=RESIDENT.id).attachments == (own, desk, work)
    assert public_part(public, to=NEIGHBOUR.id).attachments == (theirs, desk, work)


def test_a_comment_names_each_attachment_once_and_only_what_its_readers_see() -> None:
    public, internal = an_attachment(), an_attachment(public=False)
    there = (public, internal)

    assert demand_attachments([public.id, public.id], there, public=True) == (public.id,)
    assert demand_attachments([internal.id], there, public=False) == (internal.id,)
    for named in ([internal.id], [new_id()]):
        with pytest.raises(UnknownAttachment) as refused:
            demand_attachments([public.id, *named], there, public=True)
        assert refused.value.details == {"field": "/attachments/1"}


def test_a_jobs_token_is_good_for_its_cycle_and_before_its_news_came() -> None:
    def held(cycle: int, *states: JobState) -> HeldWork:
        steps = tuple(HeldStep(at=NOON, state=state, technician_id="li") for state in states)
        job = HeldJob(id=JOB_ID, cycle=cycle, state=states[-1], steps=steps)
        return HeldWork(
            id=TICKET_ID,
            version=1,
            site_id="demo",
            state=WorkOrderState.WAITING,
            cycle=cycle,
            jobs=(job,),
        )

    def good(order: HeldWork | None, id: UUID = JOB_ID) -> bool:
        return works_by_token(order, id, "li", cycle=2)

    assert good(None)
    assert good(held(2, JobState.ACCEPTED), new_id())
    assert good(held(2, JobState.OFFERED))
    assert good(held(2, JobState.ACCEPTED, JobState.COMPLETED))
    assert not good(held(1, JobState.ACCEPTED, JobState.COMPLETED))


def test_a_file_is_named_for_its_attachment_and_its_content() -> None:
    id = new_id()

    file = stored_file(id, part="file", media_type="image/webp", size_bytes=1, sha256="ab" * 32)

    assert file.name == f"{id}.file.{'ab' * 32}.webp"
