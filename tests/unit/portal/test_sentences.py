"""Sentences with moments in them, as HTML."""

from datetime import UTC, datetime
from typing import Any

import jinja2
import pytest

from services.portal.adapters.qr_codes import qr_code
from services.portal.adapters.rendering import Templates
from services.portal.adapters.sentences import sentence
from services.portal.adapters.static_files import StaticFiles
from services.portal.domain.visitor import Language
from tests.support.messages import strict_messages
from tests.support.tracked import NOW, minutes


def _said(key: str, said: dict[str, Any], language: Language = "zh-CN") -> str:
    environment = jinja2.Environment(autoescape=True)
    environment.globals["sentence"] = sentence
    template = environment.from_string("{{ sentence(key, said) }}")
    t = strict_messages().translate(language)
    return template.render(key=key, said=said, t=t, now=NOW, zone="Asia/Shanghai")


def test_a_moment_of_today_is_its_time() -> None:
    assert _said("resident-say-accepted", {"who": "王师傅", "at": minutes(6)}) == (
        '王师傅接单了，约 <time datetime="2026-01-20T23:08:00Z">07:08</time> 到。'
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh-CN", "师傅接单了，约 明天 07:02 到。"), ("en", "tomorrow at 07:02")],
)
def test_another_day_is_said_with_its_name(language: Language, said: str) -> None:
    html = _said("resident-say-accepted", {"who": "", "at": minutes(24 * 60)}, language)

    assert said in html.replace('<time datetime="2026-01-21T23:02:00Z">', "").replace("</time>", "")


def test_a_window_names_its_day_once() -> None:
    begins, ends = datetime(2026, 1, 22, 1, tzinfo=UTC), datetime(2026, 1, 22, 3, tzinfo=UTC)

    html = _said("resident-appoint-now", {"from": begins, "to": ends}, "en")

    assert html.count("tomorrow") == 1
    assert ">11:00</time>" in html


def test_what_people_wrote_is_escaped_and_makes_no_moment() -> None:
    note = "<b>\ue0000\ue001</b> & 王"

    html = _said("resident-say-hold-you-note", {"note": note})

    assert "<b>" not in html
    assert "&lt;b&gt;" in html
    assert "<time" not in html


def test_a_technician_without_a_name_is_called_as_what_they_are() -> None:
    assert _said("resident-line-assigned", {"who": ""}, "en") == "Your technician accepted"


def test_every_template_can_be_read() -> None:
    Templates(StaticFiles(), is_strict=True).compile_all()


def test_a_qr_code_is_drawn_without_styles() -> None:
    drawn = qr_code("https://portal.example/q/7KQM2XW9PA")

    assert drawn.startswith('<svg viewBox="0 0 ')
    assert "style" not in drawn
    assert "width=" not in drawn
