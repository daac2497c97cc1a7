"""What every answer is like: its fields, its language, its size, and how it says what is wrong."""

import gzip

import pytest

from tests.component.portal import probe
from tests.support.portal import Browser, MakePortal, PortalUnderTest


@pytest.fixture
async def browser(portal: PortalUnderTest) -> Browser:
    portal.app.include(probe.router)  # type: ignore[attr-defined] # the kernel's Application
    return portal.stranger()


async def test_a_page_runs_nothing_and_shows_nothing_that_is_not_ours(browser: Browser) -> None:
    fields = (await browser.get("/no-such-page")).headers

    policy = fields["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert fields["referrer-policy"] == "no-referrer"
    assert fields["x-content-type-options"] == "nosniff"
    assert fields["cache-control"] == "no-store"


async def test_a_page_is_packed_where_the_browser_takes_it(browser: Browser) -> None:
    # httpx unpacks what it says it takes
    packed = await browser.get("/no-such-page", accept_encoding="br, gzip")
    plain = await browser.get("/no-such-page", accept_encoding="identity")
    refused = await browser.get("/no-such-page", accept_encoding="gzip;q=0")

    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 1.5
    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in refused.headers
    assert packed.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/no-such-page", 404),
        ("/static/no-such-file.css", 404),
        ("/sw.js/x", 404),
        ("/files/no-id", 404),
        ("/%2e%2e/etc/passwd", 404),
        ("/static/..%2f..%2fmain.py", 404),
        ("/language", 405),
    ],
)
async def test_what_is_not_there_is_said_as_a_page(
    portal: PortalUnderTest, path: str, status: int
) -> None:
    browser = await portal.as_("resident")

    answer = await browser.get(path)

    assert answer.status_code == status
    assert answer.headers.get("allow") == ("POST" if status == 405 else None)
    assert "<h1>" in answer.text
    assert 'lang="zh-CN"' in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src")


async def test_a_script_is_told_what_is_not_there_as_a_problem(browser: Browser) -> None:
    for language, said in (("zh-CN", "没有这一页"), ("en", "There is no such page")):
        await browser.get(f"/no-such-page?lang={language}")
        answer = await browser.get("/no-such-page", accept="application/json")

        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "no_such_route"
        assert said in answer.json()["said"]


async def test_a_fault_of_ours_says_a_number_and_no_more(browser: Browser) -> None:
    page = await browser.get("/probe/fault")
    script = await browser.get("/probe/fault", accept="application/json")

    assert page.status_code == script.status_code == 500
    for answer in (page, script):
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text
    assert "编号" in page.text


async def test_a_page_is_in_the_language_that_was_asked_for_and_keeps_it(browser: Browser) -> None:
    assert 'lang="en"' in (await browser.get("/no-such-page?lang=en")).text
    assert 'lang="en"' in (await browser.get("/no-such-page")).text

    answer = await browser.submit("/language", {"language": "zh-CN", "next": "/r?lang=en&a=b"})

    assert answer.headers["location"] == "/r?a=b"
    assert 'lang="zh-CN"' in (await browser.get("/no-such-page")).text


async def test_the_browser_says_the_language_of_a_stranger(portal: PortalUnderTest) -> None:
    browser = portal.stranger(accept_language="en-GB,en;q=0.9")

    assert 'lang="en"' in (await browser.get("/no-such-page")).text


async def test_a_language_that_was_chosen_is_the_accounts(portal: PortalUnderTest) -> None:
    browser = await portal.as_("resident")
    await browser.submit("/language", {"language": "en", "next": "/"})
    portal.state.sessions.forget_all()

    elsewhere = await portal.as_("resident")

    assert 'lang="en"' in (await elsewhere.get("/no-such-page")).text


async def test_a_theme_is_kept_by_the_browser(browser: Browser) -> None:
    await browser.submit("/theme", {"theme": "dark", "next": "/"})
    assert 'data-theme="dark"' in (await browser.get("/no-such-page")).text

    await browser.submit("/theme", {"theme": "auto", "next": "/"})
    assert "data-theme" not in (await browser.get("/no-such-page")).text


async def test_plain_http_from_elsewhere_is_refused_in_words(portal: PortalUnderTest) -> None:
    browser = portal.stranger(base_url="http://portal.example")

    answer = await browser.get("/")

    assert answer.status_code == 403
    assert "https" in answer.text
    assert (await browser.get("/livez")).status_code == 200


async def test_by_https_the_portal_is_found_by_any_name(make_portal: MakePortal) -> None:
    portal = await make_portal(public_url="https://portal.example")

    answer = await portal.stranger(base_url="https://portal.example").get("/")

    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert "strict-transport-security" in answer.headers


async def test_a_stranger_is_led_to_the_sign_in_and_from_there_back(browser: Browser) -> None:
    answer = await browser.get("/files/01980000-0000-7000-8000-000000000000?a=b&c=d")

    assert answer.status_code == 303
    assert answer.headers["location"] == (
        "/login?next=/files/01980000-0000-7000-8000-000000000000%3Fa%3Db%26c%3Dd"
    )


async def test_a_page_of_another_role_is_not_shown(portal: PortalUnderTest) -> None:
    portal.app.include(probe.router)  # type: ignore[attr-defined] # the kernel's Application
    resident = await portal.as_("resident")

    assert (await resident.get("/probe/board")).status_code == 403


async def test_files_are_kept_by_their_version_and_asked_for_again_without(
    portal: PortalUnderTest,
) -> None:
    browser, url = portal.stranger(), portal.state.static.url("portal.css")

    kept = await browser.get(url, accept_encoding="gzip")
    plain = await browser.get("/static/portal.css", accept_encoding="identity")
    same = await browser.get("/static/portal.css", if_none_match=plain.headers["etag"])

    assert "immutable" in kept.headers["cache-control"]
    assert kept.headers["content-encoding"] == "gzip"
    assert kept.headers["content-type"].startswith("text/css")
    assert plain.headers["cache-control"] == "no-cache"
    assert plain.content == kept.content == portal.state.static.all["portal.css"].body
    assert (same.status_code, same.content) == (304, b"")


async def test_a_first_look_at_a_page_is_light(portal: PortalUnderTest) -> None:
    page = await portal.stranger().get("/no-such-page", accept_encoding="identity")
    files = portal.state.static.all
    scripts = ("js/app.js", "js/forms.js", "js/moments.js", "js/live.js")
    needed = ("portal.css", "icons.svg", *(name for name in scripts if name in files))

    packed = sum(len(files[name].packed or files[name].body) for name in needed)

    assert len(gzip.compress(page.content)) <= 12 * 1024
    assert packed + len(gzip.compress(page.content)) <= 60 * 1024


async def test_health_and_keys_are_answered_to_all(portal: PortalUnderTest) -> None:
    browser = portal.stranger()

    keys = (await browser.get("/.well-known/jwks.json")).json()
    document = (await browser.get("/.well-known/openid-configuration")).json()

    assert (await browser.get("/livez")).json() == {"status": "alive"}
    assert [key["kid"] for key in keys["keys"]] == ["tests"]
    assert "d" not in keys["keys"][0]
    assert document["issuer"] == "http://127.0.0.1:8000"
    assert document["jwks_uri"] == "http://127.0.0.1:8000/.well-known/jwks.json"


async def test_each_person_behind_an_address_has_one_share_in_however_many_browsers(
    make_portal: MakePortal,
) -> None:
    portal = await make_portal(reads_per_s=1, writes_per_s=1, request_burst=20)
    portal.stop("dispatch")
    resident, dispatcher = await portal.as_("resident"), await portal.as_("dispatcher")
    again = await portal.as_("resident")
    await again.get("/")

    mine = [await resident.get("/") for _ in range(25)]
    theirs = await dispatcher.get("/")
    elsewhere = await again.get("/")

    assert {answer.status_code for answer in mine} == {303, 429}
    assert (theirs.status_code, elsewhere.status_code) == (303, 429)
    refused = mine[-1]
    assert "<h1>" in refused.text
    assert refused.headers["retry-after"]
    assert refused.headers["ratelimit"].startswith('"reads";r=0;')
    assert refused.headers["ratelimit-policy"] == '"reads";q=20;w=20'
