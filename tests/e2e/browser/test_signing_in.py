"""Ways in on the real processes: a person is invited, comes in by their mail, and is shut out."""

import re
from email import message_from_bytes, policy
from uuid import uuid4

from playwright.async_api import Page, expect

from fettle.up.instance import Instance
from tests.e2e.browser.conftest import NewContext
from tests.support.browser import DESK, PHONE
from tests.support.eventually import eventually

PASSWORD = "three herons at noon"


def _mailed_links(instance: Instance, email: str) -> list[str]:
    """Return the links in the mails to that address, in the order in which they were written."""
    links = []
    for path in sorted((instance.home / "mail").glob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        body = mail.get_body(("plain",)) if email in str(mail["To"]) else None
        links += re.findall(r"http\S+/login/link/\S+", body.get_content()) if body else []
    return links


async def _mailed_link(instance: Instance, email: str, *, number: int = 1) -> str:
    async def came() -> str | None:
        links = _mailed_links(instance, email)
        return links[number - 1] if len(links) >= number else None

    link = await eventually(came)
    assert link is not None
    return link


async def _invite(page: Page, email: str, role: str = "dispatcher") -> str:
    """Invite a person as admin; return the path of their account."""
    await page.goto("/ops/people/new")
    await page.get_by_test_id("people-name").fill("何晴")
    await page.get_by_test_id("people-email").fill(email)
    await page.get_by_test_id("people-role").select_option(role)
    if role == "resident":
        await page.get_by_test_id("people-unit").fill("3-1203")
    await page.get_by_test_id("people-invite-now").click()
    await page.wait_for_url("**/ops/people/account/**")
    return page.url


async def test_a_person_is_invited_comes_in_by_mail_and_is_out_within_seconds(
    instance: Instance, new_context: NewContext
) -> None:
    email = f"he-{uuid4().hex[:6]}@example.com"
    admin = await (await new_context("admin", **DESK)).new_page()
    person = await (await new_context(**PHONE)).new_page()

    account = await _invite(admin, email)
    link = await _mailed_link(instance, email)
    await person.goto(link)
    await person.get_by_test_id("sign-in-use-link").dblclick()
    await person.wait_for_url("**/ops")
    await person.goto("/me")
    await expect(person.get_by_test_id("me-name")).to_have_text("何晴")

    await admin.goto(account)
    await admin.get_by_test_id("people-disable").click()
    await expect(admin.get_by_test_id("people-enable")).to_be_visible()

    async def out() -> bool:
        await person.goto("/me")
        return "/login" in person.url

    await eventually(out, timeout_s=5)
    await person.goto(link)
    await expect(person.locator(".wrong")).to_be_visible()


async def test_all_of_it_works_without_scripts(instance: Instance, new_context: NewContext) -> None:
    email = f"li-{uuid4().hex[:6]}@example.com"
    admin = await (await new_context("admin", **DESK)).new_page()
    await _invite(admin, email)
    first = await _mailed_link(instance, email)
    person = await (await new_context(java_script_enabled=False, **PHONE)).new_page()

    await person.goto(first)
    await person.get_by_test_id("sign-in-use-link").click()
    await person.goto("/me")
    await person.get_by_test_id("me-password-new").fill(PASSWORD)
    await person.get_by_test_id("me-password-again").fill(PASSWORD)
    await person.get_by_test_id("me-password-save").click()
    await person.get_by_test_id("me-sign-out").click()
    await person.wait_for_url("**/login")

    await person.get_by_test_id("sign-in-contact").fill(email.upper())
    await person.get_by_test_id("sign-in-send-link").click()
    await expect(person.get_by_test_id("sign-in-sent")).to_be_visible()
    second = await _mailed_link(instance, email, number=2)
    await person.goto(second)
    await person.get_by_test_id("sign-in-use-link").click()
    await person.goto("/me")
    await person.get_by_test_id("me-sign-out").click()

    await person.locator("summary").click()
    await person.get_by_test_id("sign-in-user").fill(email)
    await person.get_by_test_id("sign-in-password").fill("wrong")
    await person.get_by_test_id("sign-in-enter").click()
    await expect(person.locator(".wrong")).to_contain_text("4")
    await person.get_by_test_id("sign-in-password").fill(PASSWORD)
    await person.get_by_test_id("sign-in-enter").click()
    await person.goto("/me")
    await expect(person.get_by_test_id("me-name")).to_have_text("何晴")


async def test_no_code_and_no_key_is_in_any_log(
    instance: Instance, said: list[str], new_context: NewContext
) -> None:
    email = f"wu-{uuid4().hex[:6]}@example.com"
    admin = await (await new_context("admin", **DESK)).new_page()
    await _invite(admin, email)
    link = await _mailed_link(instance, email)
    await admin.goto("/ops/people/integrations")
    await admin.get_by_test_id("key-name").fill("Patrols")
    await admin.get_by_test_id("key-site-demo").check()
    await admin.get_by_test_id("key-make").click()
    key = await admin.get_by_test_id("key-shown").inner_text()
    person = await (await new_context(**PHONE)).new_page()
    await person.goto(link)
    await person.goto(f"{link}x")
    await person.request.post("/token", data={"api_key": key})
    await person.request.post("/token", data={"api_key": f"{key[:-1]}x"})
    await person.goto("/t/made-up-by-no-one")

    logs = "\n".join(said)
    assert "portal" in logs
    for secret in (link.rpartition("/")[2], key[-40:], "made-up-by-no-one"):
        assert secret not in logs
