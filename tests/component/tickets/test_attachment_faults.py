"""What goes wrong on the way of a file: the disk, the processes that read images, and the end of
the tickets that files are on.
"""

import asyncio
import errno
import os
import resource
import signal
from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from services.tickets.actions.sweep_files import sweep_files, sweep_shard
from services.tickets.adapters.image_workers import MEMORY_BYTES, ImageWorkers
from services.tickets.adapters.storage import SHARDS, Folder
from services.tickets.api.state import TicketsState
from services.tickets.domain.attachments import Format, ImageTooCostly, NotProcessed
from services.tickets.jobs import sweep_orphans
from shared.errors import Refused
from shared.http.uploads import delete_old_uploads
from shared.ids import new_id
from tests.component.tickets.arranging import DEMO, Tickets
from tests.component.tickets.attaching import attach, fetch, refused, send
from tests.support import images
from tests.support.component import MakeComponent
from tests.support.eventually import eventually

PHOTO = images.an_image("JPEG")


class _Disk(Folder):
    """A disk that can be filled up."""

    full = False

    async def put(self, name: str, source: Path) -> None:
        if self.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        await super().put(name, source)


@pytest.fixture
async def kept(component: MakeComponent) -> Tickets:
    """Tickets are deleted 90 days after their end."""
    made = Tickets(await component("tickets", ticket_retention_days=90))
    await made.send("PUT", "sites/demo", DEMO, status=201, as_="admin")
    return made


def state_of(tickets: Tickets) -> TicketsState:
    state: TicketsState = tickets.component.app.state  # type: ignore[assignment]
    return state


def folder_of(tickets: Tickets) -> Path:
    folder: Path = tickets.component.service.settings.attachments_folder  # type: ignore[attr-defined]
    return folder


def files_of(tickets: Tickets) -> list[Path]:
    return [path for path in folder_of(tickets).rglob("*") if path.is_file()]


def aged(paths: Iterable[Path], at: datetime) -> None:
    for path in paths:
        os.utime(path, (at.timestamp(), at.timestamp()))


async def test_a_full_disk_is_said_and_leaves_nothing_half(tickets: Tickets) -> None:
    ticket, state = await tickets.open(), state_of(tickets)
    disk = state.storage = _Disk(folder_of(tickets))
    disk.full = True

    answers = [await send(tickets, ticket["id"], data) for data in (PHOTO, images.PDF)]

    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (503, "storage_full")
        assert int(answer.headers["Retry-After"]) > 0
    assert files_of(tickets) == []
    assert (await tickets.get(ticket["id"]))["attachments"] == []
    disk.full = False
    await attach(tickets, ticket["id"], PHOTO)


async def test_a_folder_that_is_away_is_no_fault_of_the_callers(tickets: Tickets) -> None:
    ticket = await tickets.open()
    made = await attach(tickets, ticket["id"], PHOTO)
    away = folder_of(tickets).rename(folder_of(tickets).with_name("away"))

    sent = await refused(tickets, ticket["id"], PHOTO)
    read = await fetch(tickets, made["url"])

    assert sent == (503, "unavailable")
    assert (read.status_code, read.json()["code"]) == (503, "file_missing")
    away.rename(folder_of(tickets))
    assert (await fetch(tickets, made["url"])).status_code == 200


@pytest.fixture
async def own_workers(tickets: Tickets) -> AsyncIterator[ImageWorkers]:
    """Processes that the test may kill."""
    made = state_of(tickets).image_workers = ImageWorkers()
    yield made
    await made.close()


async def test_a_process_that_is_killed_takes_only_its_own_image_with_it(
    tickets: Tickets, own_workers: ImageWorkers
) -> None:
    ticket, workers = await tickets.open(), own_workers
    await attach(tickets, ticket["id"], PHOTO)
    [pid] = workers.pids
    os.kill(pid, signal.SIGSTOP)

    async def at_work() -> bool:
        return pid in workers.busy

    sending = asyncio.create_task(send(tickets, ticket["id"], PHOTO))
    await eventually(at_work)
    os.kill(pid, signal.SIGKILL)
    answer = await sending

    assert (answer.status_code, answer.json()["code"]) == (503, "attachment_not_processed")
    assert int(answer.headers["Retry-After"]) > 0
    await attach(tickets, ticket["id"], PHOTO)
    assert pid not in workers.pids
    assert len((await tickets.get(ticket["id"]))["attachments"]) == 2


async def test_a_process_that_died_while_it_waited_is_replaced(
    tickets: Tickets, own_workers: ImageWorkers
) -> None:
    ticket, workers = await tickets.open(), own_workers
    await attach(tickets, ticket["id"], PHOTO)
    [pid] = workers.pids

    os.kill(pid, signal.SIGKILL)
    sent = await send(tickets, ticket["id"], PHOTO)

    assert sent.status_code in (201, 503)  # it may be asked before its end is noticed
    await attach(tickets, ticket["id"], PHOTO)
    assert pid not in workers.pids


@pytest.fixture
async def workers(request: pytest.FixtureRequest) -> AsyncIterator[ImageWorkers]:
    made = ImageWorkers(**request.param)
    yield made
    await made.close()
    assert not made.pids


def _sent(folder: Path, data: bytes) -> Path:
    path = folder / str(new_id())
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("workers", "refusal"),
    [
        ({"memory_bytes": 160 * 1024 * 1024}, ImageTooCostly),
        ({"cpu_s": 0}, ImageTooCostly),
        ({"timeout_s": 0.0}, NotProcessed),
    ],
    indirect=["workers"],
    ids=["memory", "time of work", "time of waiting"],
)
async def test_an_image_takes_no_more_than_it_may(
    workers: ImageWorkers, refusal: type[Refused], tmp_path: Path
) -> None:
    noise = Image.frombytes("RGBA", (2500, 2500), os.urandom(4 * 2500 * 2500))
    path = _sent(tmp_path, images.encoded(noise, "PNG", compress_level=0))

    with pytest.raises(refusal):
        await workers.render(path, Format.PNG, tmp_path, caller="a")

    assert not workers.pids


@pytest.mark.parametrize("workers", [{"places": 2, "limit": 3}], indirect=True)
async def test_however_many_images_come_few_are_read_at_once_and_few_wait(
    workers: ImageWorkers, tmp_path: Path
) -> None:
    path = _sent(tmp_path, PHOTO)
    most = 0

    async def render(number: int) -> bool:
        nonlocal most
        folder = tmp_path / f"made-{number}"
        folder.mkdir()
        try:
            await workers.render(path, Format.JPEG, folder, caller=f"caller-{number % 7}")
        except NotProcessed:
            return False
        finally:
            most = max(most, len(workers.pids))
        return True

    done = await asyncio.gather(*(render(number) for number in range(200)))

    assert done.count(True) == 5
    assert most == 2


@pytest.mark.parametrize("workers", [{"places": 0, "wait_s": 0.0}], indirect=True)
async def test_an_image_does_not_wait_longer_than_a_gateway_would(
    workers: ImageWorkers, tmp_path: Path
) -> None:
    with pytest.raises(NotProcessed):
        await workers.render(_sent(tmp_path, PHOTO), Format.JPEG, tmp_path, caller="a")


@pytest.mark.parametrize("workers", [{}], indirect=True)
async def test_the_processes_are_bounded_and_know_no_secret_of_the_service(
    workers: ImageWorkers, tmp_path: Path
) -> None:
    os.environ["FETTLE_TESTS_ONLY_SECRET"] = "known to the service alone"
    try:
        (tmp_path / "made").mkdir()
        path = _sent(tmp_path, PHOTO)
        await workers.render(path, Format.JPEG, tmp_path / "made", caller="a")
    finally:
        del os.environ["FETTLE_TESTS_ONLY_SECRET"]

    [pid] = workers.pids
    named, limits = _names_in_environment(pid), resource.prlimit(pid, resource.RLIMIT_AS)
    assert named <= {"PATH", "PYTHONPATH"}
    assert limits == (MEMORY_BYTES, MEMORY_BYTES)


def _names_in_environment(pid: int) -> set[str]:
    lines = Path(f"/proc/{pid}/environ").read_text().split("\0")
    return {line.partition("=")[0] for line in lines if line}


async def test_the_files_of_a_deleted_ticket_go_with_it(kept: Tickets) -> None:
    ticket, another = await kept.open(), await kept.open()
    gone = await attach(kept, ticket["id"], PHOTO)
    stays = await attach(kept, another["id"], PHOTO)
    await kept.post(f"tickets/{ticket['id']}/cancel", {})

    kept.component.clock.move(days=90)
    while await kept.component.runs_due("retention"):
        pass
    removed = await kept.component.runs_due("removing_files")

    assert removed == 1
    assert {path.name.partition(".")[0] for path in files_of(kept)} == {stays["id"]}
    assert (await fetch(kept, gone["url"])).status_code == 404
    assert (await fetch(kept, stays["url"])).status_code == 200
    assert await kept.component.runs_due("removing_files") == 0


async def test_orphans_are_swept_after_a_day_and_nothing_that_a_ticket_has(
    tickets: Tickets,
) -> None:
    ticket, clock, state = await tickets.open(), tickets.component.clock, state_of(tickets)
    made = await attach(tickets, ticket["id"], PHOTO)
    orphans = [
        folder_of(tickets) / f"{id.bytes[-1]:02x}" / f"{id}.file.{'0' * 64}.jpg"
        for id in (new_id(), new_id())
    ]
    half = state.storage.incoming / "making-half"
    half.mkdir()
    left = [*orphans, half / "image"]
    for path in left:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"left")
    yesterday = clock.now() - timedelta(days=1, minutes=1)
    aged([*files_of(tickets), half], yesterday)
    aged([orphans[1]], clock.now() - timedelta(hours=23))

    await sweep_files(tickets.component.database, state.storage)
    for shard in range(SHARDS):
        await sweep_shard(tickets.component.database, state.storage, shard)

    assert [path for path in left if path.exists()] == [orphans[1]]
    assert (await fetch(tickets, made["url"])).status_code == 200
    assert (await fetch(tickets, made["thumbnail_url"])).status_code == 200


async def test_the_service_sweeps_what_is_left_half_made_while_it_runs(tickets: Tickets) -> None:
    storage = state_of(tickets).storage
    left = storage.incoming / "making-left"
    left.mkdir()
    aged([left], tickets.component.clock.now() - timedelta(days=2))

    async def gone() -> bool:
        return not await asyncio.to_thread(left.exists)

    sweeping = asyncio.create_task(sweep_orphans(tickets.component.database, storage))
    await eventually(gone)
    sweeping.cancel()
    await asyncio.gather(sweeping, return_exceptions=True)


async def test_a_sweep_that_would_take_nearly_all_takes_nothing(tickets: Tickets) -> None:
    state, clock = state_of(tickets), tickets.component.clock
    old: list[Path] = []
    for _ in range(30):
        id = new_id()
        path = folder_of(tickets) / "00" / f"{str(id)[:-2]}00.file.{'0' * 64}.jpg"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"of a database that is not this one")
        old.append(path)
    aged(old, clock.now() - timedelta(days=2))

    await sweep_shard(tickets.component.database, state.storage, 0)

    assert all(path.exists() for path in old)


def test_what_a_killed_process_left_of_uploads_is_deleted_when_it_is_old(tmp_path: Path) -> None:
    old, young, foreign = (
        tmp_path / name for name in ("fettle-upload-old", "fettle-upload-young", "other")
    )
    for path in (old, young, foreign):
        path.write_bytes(b"left")
    os.utime(old, (1000, 1000))
    os.utime(foreign, (1000, 1000))

    assert delete_old_uploads(tmp_path, before_s=2000) == 1

    assert sorted(path.name for path in tmp_path.iterdir()) == ["fettle-upload-young", "other"]
