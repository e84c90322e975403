"""Portal and press: what they freeze is whole, is JSON, and says where it will be found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from channels.base import Amendment, Attachment, Channel, Image, Notice, Part, Reference
from channels.portal import PortalChannel, media_path
from channels.press import PressChannel
from tests.channels.items import make_item

BASE = "https://cong.phutho.example"
SHA = "ab" * 32
PICTURE = BASE + media_path(SHA, "image/png")
ITEM = make_item(
    html=f'<p>Ảnh: <img src="{PICTURE}" alt="Sơ đồ"> <a href="{BASE}/tin/x-1">tin cũ</a></p>',
    images=(Image(PICTURE, "Sơ đồ", 640, 360, 10, "image/png"),),
    attachments=(Attachment("https://x.example/a.pdf", "Kế hoạch", "application/pdf", None),),
    corrects=Reference("Tin cũ", BASE + "/tin/x-1"),
)


class _NoCheckpoint:
    value: Mapping[str, Any] | None = None

    def save(self, value: Mapping[str, Any]) -> None:
        raise AssertionError("nothing of several steps happens here")


def only_part(channel: Channel) -> Part:
    (part,) = channel.compose(ITEM, lambda name, context: "")
    return part


@pytest.mark.parametrize("channel", [PortalChannel("cong", BASE + "/"), PressChannel("bao-chi", BASE + "/")])
def test_what_is_frozen_survives_the_database(channel: Channel) -> None:
    content = dict(only_part(channel).content)
    assert json.loads(json.dumps(content)) == content
    assert content["published"] == "2026-11-23T07:30:00+07:00"
    assert content["guid"] == f"tag:cong.phutho.example,2026:{channel.id}/7"
    assert content["corrects"] == {"title": "Tin cũ", "link": BASE + "/tin/x-1"}
    assert content["attachments"][0]["size"] is None
    assert content["images"][0]["url"] == PICTURE
    assert content["amended"] is None
    assert (channel.pulled, channel.push, channel.rings, channel.asks) == (True, False, False, False)
    assert channel.repeatable(content)


@pytest.mark.parametrize("channel", [PortalChannel("cong", BASE), PressChannel("bao-chi", BASE)])
def test_a_lead_that_the_text_begins_with_opens_no_article_twice(channel: Channel) -> None:
    told = {}
    for lead in ("Từ ngày 01/12, nộp tại nhà…", "Nộp tại nhà."):
        item = make_item(lead=lead, html="<p>Từ ngày 01/12, nộp tại nhà. Không mất phí.</p>")
        (part,) = channel.compose(item, lambda name, context: "")
        assert part.content["lead"] == lead, "lists and feeds have their summary all the same"
        told[lead] = part.content["opening"]
    assert told == {"Từ ngày 01/12, nộp tại nhà…": "", "Nộp tại nhà.": "Nộp tại nhà."}


@pytest.mark.parametrize("channel", [PortalChannel("cong", BASE), PressChannel("bao-chi", BASE)])
def test_a_correction_is_the_new_wording_with_its_reason(channel: Channel) -> None:
    amended = replace(ITEM, amended=Amendment("sai giờ", ITEM.published + timedelta(hours=2)))
    (part,) = channel.correct(amended, 1, lambda name, context: "")
    content = dict(part.content)
    assert json.loads(json.dumps(content)) == content
    assert content.pop("amended") == {"reason": "sai giờ", "at": "2026-11-23T09:30:00+07:00"}
    assert content == {key: value for key, value in only_part(channel).content.items() if key != "amended"}


@pytest.mark.parametrize("channel", [PortalChannel("cong", BASE), PressChannel("bao-chi", BASE)])
def test_what_our_own_web_shows_it_takes_back_itself(channel: Channel) -> None:
    notice = Notice(ITEM.title, "đăng nhầm", ITEM.published, ITEM.agency, "")
    assert channel.withdraw(notice, 1, lambda name, context: "") == ()
    assert channel.find(only_part(channel), target="portal", key="k", since=ITEM.published) is None


def test_the_portal_finds_its_pictures_under_any_name_and_keeps_its_links() -> None:
    html = only_part(PortalChannel("cong", BASE)).content["html"]
    assert f'src="/media/{SHA}.png"' in html
    assert f'href="{BASE}/tin/x-1"' in html


def test_newsrooms_get_absolute_pictures() -> None:
    assert f'src="{PICTURE}"' in only_part(PressChannel("bao-chi", BASE)).content["html"]


def test_receipts_say_where_it_is_found() -> None:
    portal, press = PortalChannel("cong", BASE), PressChannel("bao-chi", BASE)
    page = portal.send(only_part(portal), target="portal", key="k", checkpoint=_NoCheckpoint())
    path = "/tin/trung-tam-phuc-vu-hanh-chinh-cong-tiep-nhan-ho-so-vao-sang-thu-bay-7"
    assert (page.ref, page.url) == (path, BASE + path)
    entry = press.send(only_part(press), target="press", key="k", checkpoint=_NoCheckpoint())
    assert (entry.ref, entry.url) == ("tag:cong.phutho.example,2026:bao-chi/7", BASE + "/press/rss.xml")
