"""Portal and press: what they freeze is whole, is JSON, and says where it will be found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from channels.base import Attachment, Channel, Image, Part, Reference
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
    assert (channel.pulled, channel.push, channel.repeatable) == (True, False, True)


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
