"""A morning at the site demo, made through the public APIs, to look at pages with: tickets in every
state, technicians at work, an emergency that is being offered, a promise that is broken.
"""

import asyncio
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from PIL import Image, ImageDraw

from fettle.up.demo_people import RESIDENT, TECHNICIAN, seed_resident, seed_technician
from fettle.up.instance import Instance
from fettle.up.listener import seed_listener
from tests.support.eventually import eventually

SITE = "demo"
_ALL_DAY = [{"weekday": day, "start": "00:00", "end": "24:00"} for day in range(1, 8)]
_CREW = (
    ("wangjg", "王建国", ("plumbing", "heating"), (31.2304, 121.4753)),
    ("lizq", "李志强", ("plumbing", "electrical"), (31.2310, 121.4745)),
    ("chenhy", "陈海燕", ("electrical", "appliance"), (31.2304, 121.4737)),
    ("zhouyg", "周永刚", ("lift",), (31.2310, 121.4753)),
    ("wudw", "吴大伟", ("lock", "door_window"), (31.2307, 121.4741)),
)
_SHORT = {
    priority: {"counted_in": "wall", "response": 1, "arrival": 1, "resolution": 3600}
    for priority in ("emergency", "urgent", "normal", "low")
}


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What was made: tickets and jobs by the name of their state."""

    tickets: Mapping[str, str]
    jobs: Mapping[str, str]
    offer_id: str
    place_code: str
    link: str
    """What stands behind `/t/` for the ticket that was reported without a login; empty where there
    is none.
    """
    references: Mapping[str, str]
    endpoint_id: str


async def make_scene(instance: Instance) -> Scene:
    """Return a new morning; the demo's technician has an offer that lasts."""
    async with httpx.AsyncClient(timeout=30) as http:
        return await _Maker(instance, http).make()


class _Maker:
    def __init__(self, instance: Instance, http: httpx.AsyncClient) -> None:
        self._instance, self._http = instance, http

    async def make(self) -> Scene:
        await self._people()
        made = {name: await self._report(**report) for name, report in _REPORTS.items()}
        tickets = {name: ticket["id"] for name, ticket in made.items()}
        jobs = {name: await self._job_of(tickets[name]) for name in _STEPS}
        for name, (technician, steps) in _STEPS.items():
            offer = await self._assign(jobs[name], technician)
            await self._send("dispatch", f"/v1/offers/{offer}/accept", "technician", technician, {})
            for verb, body in steps:
                await self._send(
                    "dispatch", f"/v1/jobs/{jobs[name]}/{verb}", "technician", technician, body
                )
        jobs["overdue"] = await self._job_of(tickets["overdue"])
        offered = await self._job_of(tickets["offered"])
        await self._talk(tickets)
        return Scene(
            tickets=tickets,
            jobs=jobs,
            offer_id=await self._assign(offered, TECHNICIAN),
            place_code=(code := await self._place_code()),
            link=await self._link(code),
            references={name: ticket["reference"] for name, ticket in made.items()},
            endpoint_id=await self._endpoint(),
        )

    async def _people(self) -> None:
        instance, admin = self._instance, self._instance.token("admin", "seed")
        for role in ("resident", "technician", "dispatcher", "manager", "admin"):
            answer = await self._http.get(f"{instance.url('portal')}/login/demo?as={role}")
            assert answer.status_code == 303, answer.text
        await asyncio.to_thread(seed_resident, instance.url("tickets"), admin)
        await asyncio.to_thread(seed_listener, instance.url("notify"), admin)
        await asyncio.to_thread(seed_technician, instance.url("dispatch"), admin, plays=False)
        for id, name, skills, (lat, lon) in _CREW:
            await self._put(
                "dispatch",
                f"/v1/technicians/{id}",
                {
                    "name": name,
                    "sites": [SITE],
                    "capacity": 6,
                    "shifts": _ALL_DAY,
                    "skills": [{"code": code, "level": 2} for code in skills],
                    "home": {"lat": lat, "lon": lon},
                },
            )
        await self._put(
            "dispatch",
            f"/v1/sites/{SITE}/rules",
            {"offer_lifetime_s": dict.fromkeys(_SHORT, 3600)},
        )
        await self._put(
            "sla",
            "/v1/policies/demo-heating",
            {
                "site_id": SITE,
                "match": {"category": "heating"},
                "order": 1,
                "targets": _SHORT,
            },
        )

    async def _report(
        self, *, photo: str = "", by: str = RESIDENT, **report: Any
    ) -> dict[str, Any]:
        made: dict[str, Any] = await self._send(
            "tickets", "/v1/tickets", "resident", by, {"site_id": SITE, **report}
        )
        if photo:
            answer = await self._http.post(
                f"{self._instance.url('tickets')}/v1/tickets/{made['id']}/attachments",
                content=picture(photo),
                headers={**self._bearer("resident", by), "Content-Type": "image/jpeg"},
            )
            assert answer.status_code == 201, answer.text
        return made

    async def _job_of(self, ticket_id: str) -> str:
        async def job() -> str:
            found = await self._get("dispatch", f"/v1/jobs?ticket_id={ticket_id}")
            return str(found["items"][0]["id"]) if found["items"] else ""

        return await eventually(job)

    async def _talk(self, tickets: Mapping[str, str]) -> None:
        await self._send(
            "tickets",
            f"/v1/tickets/{tickets['working']}/comments",
            "resident",
            RESIDENT,
            {"text": "门开着，直接进来就行。"},
        )
        await self._send(
            "tickets",
            f"/v1/tickets/{tickets['resolved']}/comments",
            "dispatcher",
            "wang",
            {"text": "住户说中午不在家。", "public": False},
        )

    async def _assign(self, job_id: str, technician: str) -> str:
        """Hold a job out to one technician, and return the offer."""
        job = await self._send(
            "dispatch",
            f"/v1/jobs/{job_id}/assign",
            "dispatcher",
            "wang",
            {"technician_id": technician, "overrule": "换班，他离得最近"},
        )
        return next(
            str(offer["id"])
            for offer in job["offers"]
            if offer["technician_id"] == technician and offer["state"] == "open"
        )

    async def _endpoint(self) -> str:
        """Return an endpoint that listens for the site's jobs."""
        body = {"url": "http://127.0.0.1:9/hook", "kinds": ["job.offered"], "owner": TECHNICIAN}
        made = await self._send("notify", "/v1/endpoints", "admin", "seed", body)
        return str(made["id"])

    async def _place_code(self) -> str:
        found = await self._get("tickets", f"/v1/sites/{SITE}/places?limit=1")
        return str(found["items"][0]["code"])

    async def _link(self, place_code: str) -> str:
        """Report at a place without a login, as its label asks for."""
        url = f"{self._instance.url('portal')}/q/{place_code}"
        async with httpx.AsyncClient(timeout=30, follow_redirects=False) as browser:
            page = await browser.get(url)
            fields = dict(re.findall(r'name="(_csrf|_key)" value="([^"]*)"', page.text))
            answer = await browser.post(
                url, data={**fields, "category": "cleaning", "text": "电梯厅地上有一滩水"}
            )
            location: str = answer.headers.get("location", "")
            return location.partition("/t/")[2].partition("?")[0]

    async def _send(
        self, service: str, path: str, role: str, subject: str, body: dict[str, Any]
    ) -> Any:
        answer = await self._http.post(
            self._instance.url(service) + path, json=body, headers=self._bearer(role, subject)
        )
        assert answer.is_success, f"{path}: {answer.text}"
        return answer.json()

    async def _put(self, service: str, path: str, body: dict[str, Any]) -> None:
        headers = self._bearer("admin", "seed")
        there = await self._http.get(self._instance.url(service) + path, headers=headers)
        if there.is_success and "etag" in there.headers:
            headers["If-Match"] = there.headers["etag"]
        answer = await self._http.put(
            self._instance.url(service) + path, json=body, headers=headers
        )
        assert answer.is_success, f"{path}: {answer.text}"

    async def _get(
        self, service: str, path: str, role: str = "admin", subject: str = "seed"
    ) -> Any:
        answer = await self._http.get(
            self._instance.url(service) + path, headers=self._bearer(role, subject)
        )
        assert answer.is_success, f"{path}: {answer.text}"
        return answer.json()

    def _bearer(self, role: str, subject: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._instance.token(role, subject, SITE)}"}


_REPORTS: dict[str, dict[str, Any]] = {
    "resolved": {
        "category": "lift",
        "spot": "lift-lobby-3",
        "description": "3号楼电梯门关不上，一直响",
    },
    "working": {
        "category": "plumbing",
        "unit": "3-1202",
        "photo": "burst",
        "description": "厨房水管爆裂，水漫到走廊了，快来人啊！",
    },
    "travelling": {
        "category": "electrical",
        "unit": "5-803",
        "by": "resident-5",
        "description": "客厅插座冒火花，已经把总闸拉了",
    },
    "on_hold": {
        "category": "lock",
        "unit": "2-301",
        "by": "resident-2",
        "description": "大门锁芯转不动，钥匙拔不出来",
    },
    "overdue": {
        "category": "heating",
        "unit": "1-902",
        "by": "resident-1",
        "photo": "wall",
        "description": "壁挂炉半夜自己停了，屋里越来越冷，显示水压低",
    },
    "unassignable": {
        "category": "gas",
        "unit": "6-702",
        "by": "resident-6",
        "description": "厨房闻到燃气味，窗户都开了",
    },
    "desk": {
        "category": "suggestion",
        "by": RESIDENT,
        "description": "希望地下车库多装几个充电桩",
    },
    "garden": {
        "category": "garden",
        "spot": "pump-room",
        "by": "resident-4",
        "description": "Sprinkler by the pump room runs all night",
    },
    "own": {
        "category": "electrical",
        "unit": "3-604",
        "by": "resident-3",
        "description": "楼道声控灯一直不灭",
    },
    "offered": {
        "category": "plumbing",
        "unit": "4-1101",
        "by": "resident-4",
        "photo": "hall",
        "description": "天花板上面哗哗往下漏水，家具都泡了",
    },
}
_STEPS: dict[str, tuple[str, list[tuple[str, dict[str, Any]]]]] = {
    "own": (TECHNICIAN, []),
    "resolved": (
        "zhouyg",
        [
            ("travel", {}),
            ("arrive", {}),
            ("start", {}),
            (
                "complete",
                {
                    "note": "门机皮带换新，试了二十次，关得好。",
                    "minutes": 35,
                    "parts": [{"name": "门机皮带", "quantity": 1}],
                },
            ),
        ],
    ),
    "working": ("wangjg", [("travel", {}), ("arrive", {}), ("start", {})]),
    "travelling": ("chenhy", [("travel", {})]),
    "on_hold": (
        "wudw",
        [
            ("travel", {}),
            ("arrive", {}),
            ("start", {}),
            ("pause", {"reason": "waiting_parts"}),
        ],
    ),
}


def picture(name: str) -> bytes:
    """Return a photo as JPEG, drawn: a burst pipe, a wet hall, a stained wall."""
    image = Image.new(
        "RGB", (800, 800), {"burst": "#6b5a49", "hall": "#b7ae9f"}.get(name, "#dfe6e6")
    )
    draw = ImageDraw.Draw(image)
    if name == "burst":
        draw.rectangle((64, 64, 736, 736), fill="#3d332a")
        draw.rectangle((0, 672, 800, 800), fill="#86a9b8")
        draw.line(((240, 60), (240, 430), (510, 430), (510, 740)), fill="#c9d2d4", width=72)
        for x, y in ((180, 620), (400, 720), (560, 700), (720, 540), (730, 300)):
            draw.line(((450, 430), (x, y)), fill="#bfe0ee", width=22)
        draw.ellipse((400, 370, 530, 500), fill="#9fb4ba")
    elif name == "hall":
        draw.polygon(((0, 800), (290, 460), (510, 460), (800, 800)), fill="#7f9aa6")
        draw.rectangle((290, 180, 510, 460), fill="#d8d1c4")
        draw.polygon(((0, 800), (0, 0), (290, 180), (290, 460)), fill="#9d9383")
        draw.polygon(((800, 800), (800, 0), (510, 180), (510, 460)), fill="#a89e8e")
    else:
        for n in range(0, 800, 266):
            draw.line(((0, n), (800, n)), fill="#b9c6c6", width=10)
            draw.line(((n, 0), (n, 800)), fill="#b9c6c6", width=10)
        draw.ellipse((260, 160, 560, 600), fill="#c9b79e")
    held = io.BytesIO()
    image.save(held, "JPEG", quality=80)
    return held.getvalue()
