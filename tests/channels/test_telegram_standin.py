"""The sample articles on their way through a stand-in that refuses what Telegram refuses."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from channels.base import Image, NeedsHuman, RetryLater, Uncertain
from channels.telegram import TelegramChannel
from channels.text import utf16
from demo.faults import Fault
from demo.telegram import TelegramStandIn
from demo.telegram_rules import Chat
from pipeline.compose.sandbox import environment, renderer
from tests.channels.items import feed_item, make_item

TOKEN = "123456:loa-thu"
RENDER = renderer(environment(None), None)


class Nothing:
    value = None

    def save(self, value: object) -> None:
        raise AssertionError(value)


@pytest.fixture
def service() -> Iterator[TelegramStandIn]:
    with TelegramStandIn(
        port=0, token=TOKEN, chats=["@phutho", Chat("@cam", kicked=True)], limits=False
    ) as stand_in:
        yield stand_in


@pytest.fixture
def channel(service: TelegramStandIn) -> Iterator[TelegramChannel]:
    one = TelegramChannel(id="t", chat="@phutho", token=TOKEN, api=f"{service.url}/bot")
    yield one
    one.close()


def deliver(channel: TelegramChannel, *keys: str) -> None:
    for key in keys:
        for part in channel.compose(feed_item(key), RENDER):
            channel.send(part, target="@phutho", key=key, checkpoint=Nothing())


def test_the_sample_articles_arrive_as_they_were_composed(
    channel: TelegramChannel, service: TelegramStandIn
) -> None:
    deliver(channel, "kh-04", "kh-05", "kh-06", "vp-02", "nn-02")
    texts = [message["text"] for message in service.shown()]
    assert len(texts) == 6
    assert texts[0] == unicodedata.normalize("NFC", texts[0])
    assert "Câu 17. " in texts[2]
    assert texts[3].startswith(feed_item("kh-06").title)
    assert "• Cấp tỉnh — Tiếp nhận: 71.240; Trực tuyến (%): 94,1" in texts[4]
    assert "• Bước 1 — Nội dung: Tiếp nhận" in texts[5]
    bold = [entity for entity in service.shown()[0]["entities"] if entity["type"] == "bold"]
    assert bold[0]["offset"] == 0
    assert bold[0]["length"] == utf16(feed_item("kh-04").title)


def test_emoji_are_counted_as_the_service_counts(channel: TelegramChannel, service: TelegramStandIn) -> None:
    item = make_item(html="".join(f"<p>{'👨‍👩‍👧 ' * 90}Hết đoạn.</p>" for _ in range(8)))
    for part in channel.compose(item, RENDER):
        channel.send(part, target="@phutho", key="k", checkpoint=Nothing())
    texts = [message["text"] for message in service.shown()]
    assert len(texts) == 2
    assert sum(text.count("👨‍👩‍👧 ") for text in texts) == 720


def test_the_page_is_previewed_above_the_text_where_there_are_pictures(
    channel: TelegramChannel, service: TelegramStandIn
) -> None:
    picture = Image("https://congttdt.phutho.example/a.png", "", 640, 360, 9000, "image/png")
    for item in (make_item(images=(picture,)), make_item()):
        (part,) = channel.compose(item, RENDER)
        channel.send(part, target="@phutho", key="k", checkpoint=Nothing())
    shown = [message["link_preview_options"] for message in service.shown()]
    assert shown[0] == {"url": make_item().link, "prefer_large_media": True, "show_above_text": True}
    assert shown[1] == {"is_disabled": True}


def test_many_threads_share_one_channel(channel: TelegramChannel, service: TelegramStandIn) -> None:
    (part,) = channel.compose(make_item(), RENDER)
    with ThreadPoolExecutor(8) as threads:
        receipts = list(
            threads.map(
                lambda n: channel.send(part, target="@phutho", key=str(n), checkpoint=Nothing()), range(100)
            )
        )
    assert {int(receipt.ref) for receipt in receipts} == {m["message_id"] for m in service.shown()}
    assert receipts[0].url == f"https://t.me/phutho/{receipts[0].ref}"


def test_refusals_and_faults(channel: TelegramChannel, service: TelegramStandIn) -> None:
    (part,) = channel.compose(make_item(), RENDER)

    def send(target: str = "@phutho") -> None:
        channel.send(part, target=target, key="k", checkpoint=Nothing())

    with pytest.raises(NeedsHuman):
        send("@cam")
    with pytest.raises(NeedsHuman):
        send("@khong-co")
    service.faults.append(Fault("too-many", seconds=3))
    with pytest.raises(RetryLater) as later:
        send()
    assert later.value.seconds == 3.0
    for kind in ("reset-after-accepting", "500-after-accepting", "block-page"):
        service.faults.append(Fault(kind))
        with pytest.raises(Uncertain):
            send()
    assert len(service.shown()) == 2
    send()
    assert len(service.shown()) == 3
