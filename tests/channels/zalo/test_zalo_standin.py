"""The sample articles through the demo office's strict Zalo, written without a look at our client."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image as Picture

from channels.base import Image, Item, Part, Receipt, Rejected, RetryLater, Uncertain
from channels.zalo import TokenPair, ZaloBotChannel, ZaloOaChannel
from demo.faults import Fault
from demo.zalo import ZaloStandIn
from tests.channels.items import make_item
from tests.channels.wire import Wire, raw, wire
from tests.channels.zalo.office import NOW, Saved, Store, render, sample

SAMPLES = ["kh-05", "kh-06", "kh-04", "kh-08", "vp-02"]


def png() -> bytes:
    file = io.BytesIO()
    Picture.new("RGB", (320, 180), "green").save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def pictures() -> Iterator[Wire]:
    with wire(raw(png(), 200, "Content-Type: image/png")) as server:
        yield server


@pytest.fixture
def zalo() -> Iterator[ZaloStandIn]:
    with ZaloStandIn(now=NOW.timestamp, settle=1e9) as server:
        yield server


def channel(zalo: ZaloStandIn, pictures: Wire, store: Store | None = None) -> ZaloOaChannel:
    first = TokenPair("none yet", "loa-demo-refresh", NOW, NOW + timedelta(days=90))
    return ZaloOaChannel(
        id="zalo",
        app_id="4291763606161179100",
        secret="loa-demo-secret",
        tokens=store or Store(first),
        cover=f"{pictures.url}/bìa chung.png",
        api=zalo.url,
        oauth=zalo.url,
        now=lambda: NOW,
        sleep=lambda seconds: None,
    )


def send(oa: ZaloOaChannel, item: Item, saved: Saved | None = None) -> Receipt:
    (part,) = oa.compose(item, render)
    return oa.send(part, target=oa.target, key="key", checkpoint=saved or Saved())


def shown(zalo: ZaloStandIn) -> list[dict[str, Any]]:
    return zalo.shown()


def emoji() -> Item:
    return make_item(title="👨‍👩‍👧 Khai sinh trực tuyến 🎉 " * 8, lead="🎉" * 200)


@pytest.mark.parametrize("item", [*map(sample, SAMPLES), emoji()], ids=[*SAMPLES, "emoji"])
def test_the_samples_are_taken_and_shown(zalo: ZaloStandIn, pictures: Wire, item: Item) -> None:
    receipt = send(channel(zalo, pictures), item)
    (article,) = shown(zalo)
    assert article["id"] == receipt.ref
    assert article["cover"]["photo_url"] == f"{pictures.url}/b%C3%ACa%20chung.png"
    assert item.link in article["body"][-1]["content"]


def test_pictures_of_the_article_are_fetched(zalo: ZaloStandIn, pictures: Wire) -> None:
    image = Image(f"{pictures.url}/xoa%20the.png", "Ảnh", 320, 180, 900, "image/png")
    item = make_item(html=f'<p>a</p><img src="{image.url}" alt="Ảnh">', images=(image,))
    send(channel(zalo, pictures), item)
    (article,) = shown(zalo)
    assert {"type": "image", "url": image.url, "caption": "Ảnh"} in article["body"]
    assert set(pictures.paths()) == {"/xoa%20the.png"}


def test_a_cover_that_is_not_there_fails_at_verify_and_leaves_nothing(zalo: ZaloStandIn) -> None:
    with wire(raw(b"", 404)) as gone, pytest.raises(Rejected, match="-200"):
        send(channel(zalo, gone), make_item())
    assert shown(zalo) == []


def test_an_answer_lost_after_create_is_found_again(zalo: ZaloStandIn, pictures: Wire) -> None:
    oa = channel(zalo, pictures)
    oa.tokens.access()
    zalo.faults.append(Fault("reset-after-accepting", only="create"))
    with pytest.raises(Uncertain):
        send(oa, make_item())
    (part,) = oa.compose(make_item(), render)
    assert oa.find(part) is None
    zalo._settle = 0
    found = oa.find(part)
    assert found is not None
    assert [article["id"] for article in shown(zalo)] == [found.ref]
    later = Part(1, 1, {**part.content, "since": (NOW + timedelta(hours=1)).isoformat()})
    assert oa.find(later) is None


def test_a_token_survives_what_happens_to_verify(zalo: ZaloStandIn, pictures: Wire) -> None:
    oa, saved = channel(zalo, pictures), Saved()
    zalo.faults.append(Fault("500-after-accepting", only="verify", times=8))
    with pytest.raises(RetryLater):
        send(oa, make_item(), saved)
    assert send(oa, make_item(), Saved(saved.value)).ref == shown(zalo)[0]["id"]
    assert len(shown(zalo)) == 1


def test_tokens_rotate_and_a_used_one_is_never_used_again(zalo: ZaloStandIn, pictures: Wire) -> None:
    store = Store(TokenPair("", "loa-demo-refresh", NOW, NOW + timedelta(days=90)))
    oa = channel(zalo, pictures, store)
    send(oa, make_item(title="Một"))
    zalo.expire_access()
    send(oa, make_item(title="Hai"))
    used = [act["used"] for act in zalo.truth.acts if act["act"] == "token"]
    assert len(used) == len(set(used)) == 2
    assert [article["title"] for article in shown(zalo)] == ["Một", "Hai"]


def test_authorisation_by_code(zalo: ZaloStandIn, pictures: Wire) -> None:
    store = Store(None)
    oa = channel(zalo, pictures, store)
    oa.tokens.authorize(code="loa-demo-code", verifier="v")
    assert send(oa, make_item()).ref == shown(zalo)[0]["id"]


@pytest.mark.parametrize("item", [*map(sample, SAMPLES), emoji()], ids=[*SAMPLES, "emoji"])
def test_the_bot_takes_every_part(zalo: ZaloStandIn, item: Item) -> None:
    bot = ZaloBotChannel(id="b", chat="nhom-to-dan-pho", token="1:loa-demo", api=f"{zalo.url}/bot")
    parts = bot.compose(replace(item, body=item.body * 2), render)
    refs = [bot.send(part, target=bot.target, key="k", checkpoint=Saved()).ref for part in parts]
    assert [message["message_id"] for message in shown(zalo)] == refs
    assert [message["text"] for message in shown(zalo)] == [part.content["text"] for part in parts]
