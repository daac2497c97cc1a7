"""From a work order with an open offer to the technician's client, and its answer."""

from tests.component.notify.conftest import send
from tests.component.notify.receiver import Receiver
from tests.component.notify.stories import Story, a_technician
from tests.support.component import Component


async def register(notify: Component, receiver: Receiver, owner: str = "wang", kinds: list[str] | None = None) -> dict[str, str]:
    async with notify.http(role="technician", id=owner) as client:
        body = {"owner": owner, "url": receiver.url, **({"kinds": kinds} if kinds else {})}
        answer = await client.post("/v1/endpoints", json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())


async def test_an_open_offer_is_sent_signed_to_the_technicians_client(notify: Component, receiver: Receiver) -> None:
    endpoint = await register(notify, receiver, kinds=["job.offered"])
    story = Story(notify.clock.now())

    await notify.hears(story.ticket(), a_technician(), story.offered("wang"))
    await send(notify)

    (got,) = receiver.got
    body = got.verified(endpoint["secret"])
    offer = story.offers["wang"]
    assert body["type"] == "job.offered"
    assert body["data"]["offer_id"] == str(offer.id)
    assert body["data"]["accept_url"] == f"http://127.0.0.1:8002/v1/offers/{offer.id}/accept"
    assert body["data"]["job"]["location"] == {"building": "3", "unit": "1202", "lat": 31.2304, "lon": 121.4737}
