"""Browsers in two words."""

import pytest

from services.portal.domain.devices import device_of

_ANDROID = "Mozilla/5.0 (Linux; Android 14; 22081212C) AppleWebKit/537.36 (KHTML, like Gecko)"
_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15"


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (f"{_ANDROID} Chrome/126.0.0.0 Mobile Safari/537.36", "Chrome · Android"),
        (f"{_ANDROID} Chrome/107 MicroMessenger/8.0.47", "WeChat · Android"),
        (f"{_IPHONE} Version/17.5 Mobile/15E148 Safari/604.1", "Safari · iPhone"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
            "Firefox · Linux",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge · Windows"),
        ("curl/8.7.1", ""),
        ("", ""),
    ],
)
def test_a_browser_is_said_as_people_call_it(user_agent: str, device: str) -> None:
    assert device_of(user_agent) == device
