"""The sample articles through the demo office's strict Zalo, written without a look at our client."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from channels.base import Amendment, Image, Item, Notice, Receipt, Rejected, RetryLater, Uncertain
from channels.zalo import TokenPair, ZaloBotChannel
from demo.faults import Fault
from demo.zalo import ZaloStandIn
from tests.channels.items import make_item
from tests.channels.wire import Wire, raw, wire
from tests.channels.zalo.office import NOW, Saved, Store, account, post, render, sample

SAMPLES = ["kh-05", "kh-06", "kh-04", "kh-08", "vp-02"]


def shown(zalo: ZaloStandIn) -> list[dict[str, Any]]:
    return zalo.shown()


def emoji() -> Item:
    return make_item(title="👨‍👩‍👧 Khai sinh trực tuyến 🎉 " * 8, lead="🎉" * 200)


@pytest.mark.parametrize("item", [*map(sample, SAMPLES), emoji()], ids=[*SAMPLES, "emoji"])
def test_the_samples_are_taken_and_shown(zalo: ZaloStandIn, pictures: Wire, item: Item) -> None:
    receipt = post(account(zalo, pictures), item)
    (article,) = shown(zalo)
    assert article["id"] == receipt.ref
    assert article["cover"]["photo_url"] == f"{pictures.url}/b%C3%ACa%20chung.png"
    assert item.link in article["body"][-1]["content"]


def test_pictures_of_the_article_are_fetched(zalo: ZaloStandIn, pictures: Wire) -> None:
    image = Image(f"{pictures.url}/xoa%20the.png", "Ảnh", 320, 180, 900, "image/png")
    item = make_item(html=f'<p>a</p><img src="{image.url}" alt="Ảnh">', images=(image,))
    post(account(zalo, pictures), item)
    (article,) = shown(zalo)
    assert {"type": "image", "url": image.url, "caption": "Ảnh"} in article["body"]
    assert set(pictures.paths()) == {"/xoa%20the.png"}


def test_a_cover_that_is_not_there_fails_at_verify_and_leaves_nothing(zalo: ZaloStandIn) -> None:
    with wire(raw(b"", 404)) as gone, pytest.raises(Rejected, match="-200"):
        post(account(zalo, gone), make_item())
    assert shown(zalo) == []


def test_an_answer_lost_after_create_is_found_again(zalo: ZaloStandIn, pictures: Wire) -> None:
    oa = account(zalo, pictures)
    oa.tokens.access()
    zalo.faults.append(Fault("reset-after-accepting", only="create"))
    with pytest.raises(Uncertain):
        post(oa, make_item())
    (part,) = oa.compose(make_item(), render)
    assert oa.find(part, target=oa.target, key="key", since=NOW) is None
    zalo._settle = 0
    found = oa.find(part, target=oa.target, key="key", since=NOW)
    assert found is not None
    assert [article["id"] for article in shown(zalo)] == [found.ref]
    assert oa.find(part, target=oa.target, key="key", since=NOW + timedelta(hours=1)) is None


def test_a_token_survives_what_happens_to_verify(zalo: ZaloStandIn, pictures: Wire) -> None:
    oa, saved = account(zalo, pictures), Saved()
    (part,) = oa.compose(make_item(), render)
    zalo.faults.append(Fault("500-after-accepting", only="verify", times=2))
    with pytest.raises(RetryLater):
        oa.send(part, target=oa.target, key="key", checkpoint=saved)
    assert post(oa, make_item(), Saved(saved.value)).ref == shown(zalo)[0]["id"]
    assert len(shown(zalo)) == 1


def test_tokens_rotate_and_a_used_one_is_never_used_again(zalo: ZaloStandIn, pictures: Wire) -> None:
    store = Store(TokenPair("", "loa-demo-refresh", NOW, NOW + timedelta(days=90)))
    oa = account(zalo, pictures, store)
    post(oa, make_item(title="Một"))
    zalo.expire_access()
    post(oa, make_item(title="Hai"))
    used = [act["used"] for act in zalo.truth.acts if act["act"] == "token"]
    assert len(used) == len(set(used)) == 2
    assert [article["title"] for article in shown(zalo)] == ["Một", "Hai"]


def test_authorisation_by_code(zalo: ZaloStandIn, pictures: Wire) -> None:
    store = Store(None)
    oa = account(zalo, pictures, store)
    oa.tokens.authorize(code="loa-demo-code", verifier="v")
    assert post(oa, make_item()).ref == shown(zalo)[0]["id"]


@pytest.mark.parametrize("item", [*map(sample, SAMPLES), emoji()], ids=[*SAMPLES, "emoji"])
def test_the_bot_takes_every_part(zalo: ZaloStandIn, item: Item) -> None:
    bot = ZaloBotChannel(id="b", chat="nhom-to-dan-pho", token="1:loa-demo", api=f"{zalo.url}/bot")
    parts = bot.compose(replace(item, body=item.body * 2), render)
    refs = [bot.send(part, target=bot.target, key="k", checkpoint=Saved()).ref for part in parts]
    assert [message["message_id"] for message in shown(zalo)] == refs
    assert [message["text"] for message in shown(zalo)] == [part.content["text"] for part in parts]


def test_the_bot_takes_corrections_and_withdrawals(zalo: ZaloStandIn) -> None:
    bot = ZaloBotChannel(id="b", chat="nhom-to-dan-pho", token="1:loa-demo", api=f"{zalo.url}/bot")
    amended = make_item(amended=Amendment("sai giờ", NOW))
    parts = [*bot.correct(amended, 1, render), *bot.withdraw(Notice("Tin", "sai", NOW, "Sở", ""), 1, render)]
    for part in parts:
        bot.send(part, target=bot.target, key="k", checkpoint=Saved(), standing=[Receipt("old")])
    assert [message["text"] for message in shown(zalo)] == [part.content["text"] for part in parts]
