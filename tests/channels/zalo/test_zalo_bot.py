"""Messages of a Zalo bot: whole in up to three, else shortened; and what each answer means."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.base import (
    Amendment,
    DeliveryError,
    Item,
    NeedsHuman,
    Notice,
    NotSent,
    Part,
    Priority,
    Receipt,
    Reference,
    Rejected,
    RetryLater,
    Uncertain,
)
from channels.document import Heading, Listing, ListItem, Paragraph, Run
from channels.text import utf16
from channels.zalo import ZaloBotChannel
from tests.channels.items import HANOI, make_item
from tests.channels.wire import Act, closed_port, cut, page, reset, say, wire
from tests.channels.zalo.office import Saved, render, sample

SENT = {"ok": True, "result": {"message_id": "M1", "date": 1763860000000}}
PART = Part(1, 1, {"text": "Xin chào"})


def bot(api: str = "http://127.0.0.1:9") -> ZaloBotChannel:
    return ZaloBotChannel(id="nhom", chat="CHAT", token="12:SECRET", api=f"{api}/bot")


def compose(item: Item) -> list[str]:
    return [part.content["text"] for part in bot().compose(item, render)]


def correct(item: Item) -> list[str]:
    return [part.content["text"] for part in bot().correct(item, 3, render)]


def withdraw(notice: Notice) -> str:
    (part,) = bot().withdraw(notice, 3, render)
    assert (part.number, part.total) == (1, 1)
    return str(part.content["text"])


def send(api: str) -> Receipt:
    return bot(api).send(PART, target="CHAT", key="key", checkpoint=Saved())


def squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


def test_a_short_article_is_one_plain_message() -> None:
    assert compose(make_item()) == [
        "Trung tâm Phục vụ hành chính công tiếp nhận hồ sơ vào sáng thứ Bảy\n\n"
        "Người dân không phải nghỉ làm để đi nộp hồ sơ.\n\n"
        "Sáng 20/11, Trung tâm Phục vụ hành chính công TP. Việt Trì tiếp nhận 15.000 hồ sơ.\n\n"
        "Thời gian tiếp nhận\n• Buổi sáng: từ 7h30;\n• Buổi chiều: đến 17h00.\n\n"
        "Nguồn: Văn phòng UBND tỉnh\n"
        "Xem tại: https://congttdt.phutho.example/tin/thu-bay-vi-dan-7"
    ]


def test_a_correction_says_what_it_corrects() -> None:
    (text,) = compose(make_item(corrects=Reference("Bài cũ", "https://a.vn/cu")))
    assert "\n\nĐính chính bài “Bài cũ” (https://a.vn/cu).\n\n" in text


AT = datetime(2026, 11, 24, 9, 15, tzinfo=HANOI)


def test_an_article_put_right_is_sent_anew_under_its_reason() -> None:
    item = make_item(amended=Amendment("cơ quan nguồn sửa giờ tiếp nhận", AT))
    (text,) = correct(item)
    (plain,) = compose(make_item())
    assert text == (
        "ĐÍNH CHÍNH tin đã gửi trước đó\n"
        "Lý do: cơ quan nguồn sửa giờ tiếp nhận\n"
        "Nội dung đúng như sau:\n\n" + plain
    )
    assert compose(item) == [plain]


def test_only_the_first_message_says_that_it_corrects() -> None:
    body = (Paragraph((Run(" ".join(f"Câu thứ {n} nói điều {n} cho mọi người rõ." for n in range(99))),)),)
    texts = correct(make_item(lead="", body=body, amended=Amendment("sai số liệu", AT)))
    assert [text.startswith("ĐÍNH CHÍNH") for text in texts] == [True, False, False]


def test_a_withdrawal_names_what_it_takes_back_and_asks_not_to_pass_it_on() -> None:
    notice = Notice("Lịch tiếp công dân", "đăng nhầm bản dự thảo", AT, "Sở Nội vụ", "https://a.vn/tin/x-7")
    assert withdraw(notice) == (
        "THÔNG BÁO GỠ TIN: “Lịch tiếp công dân”\n\n"
        "Tin này của Sở Nội vụ đã được gửi tại đây, nay gỡ lúc 09:15 ngày 24/11/2026.\n"
        "Lý do: đăng nhầm bản dự thảo\n\n"
        "Đề nghị mọi người không sử dụng và không chia sẻ tiếp tin đã nhận.\n"
        "Thông báo: https://a.vn/tin/x-7"
    )


def test_what_is_corrected_or_withdrawn_rings_and_is_never_repeated() -> None:
    assert bot().rings
    assert (bot().asks, bot().account) == (False, "zalo-bot:12")
    item = make_item(amended=Amendment("sai", AT))
    parts = [*bot().correct(item, 1, render), *bot().withdraw(Notice("T", "", AT, "", ""), 1, render)]
    assert not any(bot().repeatable(part.content) for part in parts)
    assert bot().find(PART, target="CHAT", key="key", since=AT) is None
    with wire(reset) as server, pytest.raises(Uncertain):
        bot(server.url).send(
            parts[-1], target="CHAT", key="key", checkpoint=Saved(), standing=[Receipt("M1")]
        )


LONG = st.text(min_size=1, max_size=3000).filter(str.strip)


@settings(max_examples=40, deadline=None)
@given(LONG, LONG, LONG)
def test_any_correction_or_withdrawal_fits(title: str, text: str, reason: str) -> None:
    body = (Paragraph((Run(text),)),)
    texts = correct(make_item(title=title, body=body, amended=Amendment(reason, AT)))
    texts.append(withdraw(Notice(title, reason, AT, "Sở", "https://a.vn")))
    assert all(1 <= utf16(text) <= 2000 for text in texts)
    assert texts[0].startswith("ĐÍNH CHÍNH")
    assert "không chia sẻ" in texts[-1]


def test_an_article_that_three_messages_hold_goes_out_whole() -> None:
    sentences = [f"Câu thứ {n} nói điều {n} cho mọi người cùng biết rõ." for n in range(90)]
    item = make_item(lead="", body=(Paragraph((Run(" ".join(sentences)),)),))
    texts = compose(item)
    assert len(texts) == 3
    assert [f"({n}/3)" in text for n, text in enumerate(texts, 1)] == [True] * 3
    assert [item.title in text for text in texts] == [True, False, False]
    assert [item.link in text for text in texts] == [False, False, True]
    assert [text.count("Câu thứ") for text in texts] == [text.count("biết rõ.") for text in texts]
    assert all(sentence in "\n".join(texts) for sentence in sentences)


def test_the_handbook_is_shortened_at_a_sentence_and_links_to_the_whole() -> None:
    item = sample("kh-05")
    (text,) = compose(item)
    assert 1500 < utf16(text) <= 2000
    assert text.endswith(f"Xem toàn văn: {item.link}")
    assert text.rpartition("\n\nNguồn: ")[0].endswith((".", "?", ";"))


def test_the_long_title_the_table_and_the_decomposed_text() -> None:
    (text,) = compose(sample("kh-06"))
    assert text.startswith(sample("kh-06").title)
    (text,) = compose(sample("vp-02"))
    assert (
        "\n• Cấp xã — Tiếp nhận: 341.625; Trực tuyến (%): 86,0; Đúng hạn (%): 98,4; Quá hạn: 1.422\n" in text
    )
    (text,) = compose(sample("kh-04"))
    assert unicodedata.is_normalized("NFC", text)


RUN = (
    st.text(min_size=1, max_size=1500) | st.sampled_from(["😀" * 900, "Câu. " * 300, "x" * 5000, "ệ " * 700])
).map(lambda text: (Run(text),))
BLOCK = (
    RUN.map(Paragraph)
    | RUN.map(lambda runs: Heading(3, runs))
    | RUN.map(lambda runs: Listing((ListItem(runs, 0, None), ListItem(runs, 1, 2))))
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(BLOCK, max_size=6), st.text(max_size=700), st.text(min_size=1, max_size=700).filter(str.strip)
)
def test_any_article_fits_and_a_whole_one_loses_nothing(body: list[Any], lead: str, title: str) -> None:
    item = make_item(title=title, lead=lead, body=tuple(body))
    texts = compose(item)
    assert 1 <= len(texts) <= 3
    assert all(1 <= utf16(text) <= 2000 for text in texts)
    assert item.link in texts[-1]
    if "Xem tại: " in texts[-1].rpartition("\n")[2]:
        shown = squeezed("".join(texts))
        for number in range(1, len(texts) + 1):
            shown = shown.replace(f"({number}/{len(texts)})", "")
        for block in body:
            for run in getattr(block, "runs", ()):
                assert squeezed(run.text).strip("“”") in shown


def test_a_message_is_posted_as_the_documentation_says() -> None:
    with wire(say(SENT)) as server:
        assert send(server.url) == Receipt("M1", None, {"chat_id": "CHAT", "date": 1763860000000})
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/bot12:SECRET/sendMessage")
    assert request.headers["content-type"] == "application/json"
    assert request.json == {"chat_id": "CHAT", "text": "Xin chào"}


def refused(code: int, status: int = 200) -> Act:
    return say({"ok": False, "error_code": code, "description": "words 12:SECRET"}, status)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(400), Rejected),
        (refused(400, 400), Rejected),
        (refused(401), NeedsHuman),
        (refused(403), NeedsHuman),
        (refused(404), NeedsHuman),
        (refused(429), RetryLater),
        (refused(429, 429), RetryLater),
        (page(429), RetryLater),
        (refused(500), Uncertain),
        (refused(400, 500), Uncertain),
        (say({"ok": False}), Rejected),
        (say({"ok": True}), Uncertain),
        (say({"ok": "yes", "result": {"message_id": "M"}}), Rejected),
        (page(), Uncertain),
        (page(502), Uncertain),
        (reset, Uncertain),
        (cut, Uncertain),
    ],
)
def test_answers(answer: Act, error: type[DeliveryError]) -> None:
    with wire(answer) as server, pytest.raises(DeliveryError) as caught:
        send(server.url)
    assert type(caught.value) is error
    assert "SECRET" not in str(caught.value)
    assert len(server.requests) == 1
    if isinstance(caught.value, RetryLater):
        assert caught.value.seconds == 60.0


def test_a_chat_that_never_wrote_stops_that_chat_and_not_one_article_after_the_other() -> None:
    words = {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}
    with wire(say(words)) as server, pytest.raises(NeedsHuman) as caught:
        send(server.url)
    assert caught.value.scope == "target"


def test_an_emergency_and_a_correction_say_so_first() -> None:
    (text,) = compose(make_item(priority=Priority.EMERGENCY))
    assert text.startswith("KHẨN CẤP\nTrung tâm")
    (text,) = compose(make_item(kind="dinh-chinh"))
    assert text.startswith("ĐÍNH CHÍNH\nTrung tâm")
    (text,) = compose(make_item(kind="dinh-chinh", title="Đính chính số liệu"))
    assert text.startswith("Đính chính số liệu\n\n")


def test_what_could_not_leave_is_not_sent() -> None:
    with pytest.raises(NotSent):
        send(closed_port())
