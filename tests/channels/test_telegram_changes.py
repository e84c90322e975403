"""Corrections and withdrawals in a chat: which message each part acts on, by which way, in which words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from channels.base import Amendment, CannotChange, Item, Notice, Part, Receipt, TargetMoved
from channels.document import Block
from channels.telegram import TelegramChannel
from demo.faults import Fault
from demo.server import Request
from demo.telegram import TelegramStandIn
from demo.telegram_rules import DELETABLE, MOST_TEXT, Chat, words
from pipeline.compose.sandbox import environment, renderer
from tests.channels import documents
from tests.channels.contract import Saved
from tests.channels.items import HANOI, make_item
from tests.channels.wire import Wire, say, wire

TOKEN = "123456:loa-thu"
RENDER = renderer(environment(None), None)
AT = datetime(2026, 11, 24, 9, 15, tzinfo=HANOI)
NOTICE = Notice("Lịch họp", "đơn vị báo nhầm ngày", AT, "Sở Y tế", "https://cong.phutho.example/tin/x-7")
CHANNEL = TelegramChannel(id="t", chat="@phutho", token=TOKEN)


def article(paragraphs: int, word: str = "cũ", reason: str = "sai số điện thoại") -> Item:
    text = f"Nội dung {word} của mục này, người dân xem kỹ. " * 20
    html = "".join(f"<p>Mục {n}. {text}</p>" for n in range(1, paragraphs + 1))
    return make_item(html=html, lead="", amended=Amendment(reason, AT))


class Office:
    """A channel on a stand-in whose clock stands still until it is moved."""

    channel: TelegramChannel

    def __init__(self) -> None:
        self.time = AT.timestamp()
        self.service = TelegramStandIn(
            token=TOKEN, chats=["@phutho", Chat("-5", type="group")], limits=False, now=lambda: self.time
        )

    def send(
        self, part: Part, standing: Sequence[Receipt] = (), way: int = 0, chat: str = "@phutho"
    ) -> Receipt:
        content = (part.content, *part.otherwise)[way]
        one = Part(part.number, part.total, content)
        return self.channel.send(one, target=chat, key="k", checkpoint=Saved(), standing=standing)

    def post(self, item: Item, chat: str = "@phutho") -> list[Receipt]:
        return [self.send(part, chat=chat) for part in self.channel.compose(item, RENDER)]

    def texts(self) -> list[str]:
        return [message["text"] for message in self.service.shown()]

    def freeze(self, receipt: Receipt) -> None:
        """Telegram lets nobody edit that message any more."""
        self.service.frozen.add((receipt.detail["chat_id"], int(receipt.ref)))


@pytest.fixture
def office() -> Iterator[Office]:
    one = Office()
    with one.service:
        one.channel = TelegramChannel(id="t", chat="@phutho", token=TOKEN, api=f"{one.service.url}/bot")
        yield one
        one.channel.close()


def test_each_message_takes_its_new_words_and_says_so(office: Office) -> None:
    old = office.post(article(8))
    parts = office.channel.correct(article(8, "mới"), 2, RENDER)
    new = [office.send(part, [receipt]) for part, receipt in zip(parts, old, strict=True)]
    first, second = office.texts()
    assert "(1/2)\n✏️ Đã sửa lúc 09:15 ngày 24/11/2026: sai số điện thoại\n\nMục 1. Nội dung mới" in first
    assert "(2/2)\n✏️ Đã sửa lúc 09:15 ngày 24/11/2026\n\nMục 5. Nội dung mới" in second
    assert [(receipt.ref, receipt.url) for receipt in new] == [(receipt.ref, receipt.url) for receipt in old]
    assert [receipt.detail["edit_date"] for receipt in new] == ["2026-11-24T02:15:00+00:00"] * 2
    assert new[0].detail["message_ids"] == old[0].detail["message_ids"]


def test_words_that_stand_there_already_are_a_success(office: Office) -> None:
    (old,) = office.post(article(1))
    (part,) = office.channel.correct(article(1, "mới"), 1, RENDER)
    first, again = office.send(part, [old]), office.send(part, [old])
    assert (again.ref, again.url, again.detail["message_ids"]) == (first.ref, first.url, [int(first.ref)])


def test_a_longer_wording_gets_more_messages_and_a_shorter_one_fewer(office: Office) -> None:
    (old,) = office.post(article(1))
    longer = office.channel.correct(article(8, "dài"), 1, RENDER)
    assert [(part.number, part.total, part.content["method"]) for part in longer] == [
        (1, 2, "editMessageText"),
        (2, 2, "sendMessage"),
    ]
    assert longer[1].content["silent"]
    first, second = office.send(longer[0], [old]), office.send(longer[1])
    shorter = office.channel.correct(article(1, "ngắn"), 2, RENDER)
    assert [part.content["method"] for part in shorter] == ["editMessageText", "deleteMessage"]
    office.send(shorter[0], [first, old])
    gone = office.send(shorter[1], [second])
    assert (gone.ref, gone.detail) == ("", {"deleted": [int(second.ref)]})
    (text,) = office.texts()
    assert "Nội dung ngắn" in text
    # A third correction finds nothing of part 2 to edit: what was removed does not come back.
    third = office.channel.correct(article(8, "sau"), 2, RENDER)
    with pytest.raises(CannotChange):
        office.send(third[1], [gone, second])
    office.send(third[1], [gone, second], way=1)
    assert "Thay cho tin trước, đã sửa lúc 09:15 ngày 24/11/2026" in office.texts()[1]


def test_a_message_left_over_that_cannot_go_says_that_it_was_replaced(office: Office) -> None:
    old = office.post(article(8))
    part = office.channel.correct(article(1), 2, RENDER)[1]
    office.time += DELETABLE + 1
    with pytest.raises(CannotChange):
        office.send(part, [old[1]])
    office.send(part, [old[1]], way=1)
    assert office.texts()[1].startswith("✏️ Phần này đã được thay lúc 09:15 ngày 24/11/2026")


def test_what_cannot_be_edited_is_answered_by_a_silent_message(office: Office) -> None:
    (old,) = office.post(article(1))
    office.freeze(old)
    (part,) = office.channel.correct(article(1, "mới"), 1, RENDER)
    with pytest.raises(CannotChange):
        office.send(part, [old])
    new = office.send(part, [old], way=1)
    assert part.otherwise[0]["silent"]
    assert "✏️ Thay cho tin trước, đã sửa lúc 09:15 ngày 24/11/2026: sai số điện thoại" in office.texts()[1]
    # From then on the newer of the two is the one that is edited, and both are removed.
    (next_part,) = office.channel.correct(article(1, "sau cùng"), 1, RENDER)
    office.send(next_part, [new, old])
    assert ["sau cùng" in text for text in office.texts()] == [False, True]
    gone = office.send(office.channel.withdraw(NOTICE, 1, RENDER)[0], [new, old])
    assert gone.detail == {"deleted": [int(new.ref), int(old.ref)]}
    assert office.texts() == []


def test_a_withdrawal_removes_what_it_can_and_then_says_the_rest(office: Office) -> None:
    old = office.post(article(8))
    first, second = office.channel.withdraw(NOTICE, 2, RENDER)
    office.time += DELETABLE + 1
    for part, receipt in ((first, old[0]), (second, old[1])):
        with pytest.raises(CannotChange):
            office.send(part, [receipt])
        office.send(part, [receipt], way=1)
    assert office.texts() == [
        "TIN ĐÃ GỠ\nTin “Lịch họp” đã được gỡ lúc 09:15 ngày 24/11/2026.\n\n"
        "Lý do: đơn vị báo nhầm ngày\n\nNguồn: Sở Y tế\nXem thông báo gỡ tin",
        "Phần này của tin “Lịch họp” đã được gỡ lúc 09:15 ngày 24/11/2026.",
    ]
    assert [len(part.otherwise) for part in (first, second)] == [2, 1]
    office.freeze(old[0])
    with pytest.raises(CannotChange):
        office.send(first, [old[0]], way=1)
    office.send(first, [old[0]], way=2)
    assert office.texts()[2].startswith(
        "THU HỒI TIN\nTin “Lịch họp” đã được thu hồi lúc 09:15 ngày 24/11/2026."
    )
    assert first.otherwise[1]["silent"]


def test_one_that_must_stay_keeps_no_other_one(office: Office) -> None:
    (old,) = office.post(article(1))
    office.time += DELETABLE + 1
    (new,) = office.post(article(1, "mới"))
    (part,) = office.channel.withdraw(NOTICE, 1, RENDER)
    with pytest.raises(CannotChange):
        office.send(part, [new, old])
    assert len(office.texts()) == 1
    assert "Nội dung cũ" in office.texts()[0]
    # The newest that is left takes the notice.
    assert office.send(part, [new, old], way=1).ref == old.ref
    assert "TIN ĐÃ GỠ" in office.texts()[0]


def test_a_removal_is_done_where_nothing_is_left_to_remove(office: Office) -> None:
    (old,) = office.post(article(1))
    (part,) = office.channel.withdraw(NOTICE, 1, RENDER)
    assert (
        office.send(part, [old]) == office.send(part, [old]) == Receipt("", None, {"deleted": [int(old.ref)]})
    )
    assert office.send(part) == Receipt("", None, {"deleted": []})


def test_nothing_to_edit_is_answered_by_the_next_way(office: Office) -> None:
    (part,) = office.channel.correct(article(1), 1, RENDER)
    with pytest.raises(CannotChange):
        office.send(part)
    assert office.send(part, way=1).ref


def test_a_group_that_became_another_has_none_of_the_old_messages(office: Office) -> None:
    (old,) = office.post(article(1), chat="-5")
    office.service.faults.append(Fault("group-migrated"))
    (part,) = office.channel.correct(article(1, "mới"), 1, RENDER)
    with pytest.raises(TargetMoved) as moved:
        office.send(part, [old], chat="-5")
    for errand in (part, *office.channel.withdraw(NOTICE, 1, RENDER)):
        with pytest.raises(CannotChange):
            office.send(errand, [old], chat=moved.value.target)
    new = office.send(part, [old], way=1, chat=moved.value.target)
    assert str(new.detail["chat_id"]) == moved.value.target


@pytest.mark.parametrize(
    ("url", "chat", "known"),
    [
        ("https://t.me/phutho/{}", "@PhuTho", True),
        ("https://t.me/phutho/9/{}?single", "@phutho", True),
        ("https://t.me/c/77/{}", "-10077", True),
        ("https://t.me/tinhkhac/{}", "@phutho", False),
        ("https://t.me/c/78/{}", "-10077", False),
        ("https://t.me/phutho/{}x", "@phutho", False),
        ("https://cong.phutho.example/{}", "@phutho", False),
        (None, "@phutho", False),
    ],
)
def test_the_address_that_a_person_gave_names_the_message(
    office: Office, url: str | None, chat: str, known: bool
) -> None:
    """Never a message of another chat: its number means another message here."""
    with TelegramStandIn(token=TOKEN, chats=["@phutho", Chat("-10077")], limits=False) as service:
        channel = TelegramChannel(id="t", chat=chat, token=TOKEN, api=f"{service.url}/bot")
        (part,) = channel.compose(article(1), RENDER)
        number = channel.send(part, target=chat, key="k", checkpoint=Saved()).ref
        said = Receipt("", url and url.format(number), {"by": "lan"})
        (removal,) = channel.withdraw(NOTICE, 1, RENDER)
        try:
            channel.send(removal, target=chat, key="k", checkpoint=Saved(), standing=[said])
        except CannotChange:
            assert not known
        assert bool(service.shown()) != known
        channel.close()


def asked(server: Wire, content: dict[str, Any], standing: Sequence[Receipt], target: str) -> dict[str, str]:
    """The fields of the one request that this makes."""
    channel = TelegramChannel(id="t", chat=target, token=TOKEN, api=f"{server.url}/bot")
    channel.send(Part(1, 1, content), target=target, key="k", checkpoint=Saved(), standing=standing)
    channel.close()
    (made,) = server.requests
    return Request("POST", made.path, made.headers, made.body).parameters()[0]


def test_a_new_message_replies_to_the_newest_old_one_if_it_is_still_there() -> None:
    content = CHANNEL.correct(article(1), 1, RENDER)[0].otherwise[0]
    old = [Receipt(str(n), None, {"chat_id": -1009, "message_ids": [n]}) for n in (12, 11)]
    chat = {"id": -1009, "type": "channel"}
    done = say({"ok": True, "result": {"message_id": 20, "date": 1, "chat": chat}})
    with wire(done) as server:
        fields = asked(server, dict(content), old, "@phutho")
    assert json.loads(fields["reply_parameters"]) == {
        "message_id": 12,
        "allow_sending_without_reply": True,
    }
    assert fields["disable_notification"] == "true"
    # In another chat it would be refused.
    with wire(done) as server:
        assert "reply_parameters" not in asked(server, dict(content), old, "-1008")


def bounded(parts: Sequence[Part]) -> None:
    """Every text of every way, by the stand-in's reading of the limits; raises its `Refused`."""
    for part in parts:
        for content in (part.content, *part.otherwise):
            if "text" in content:
                words(dict(content), "text", MOST_TEXT)


# Shrinking a whole article would take minutes.
@settings(deadline=None, max_examples=20, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(documents.documents, st.text(max_size=900), st.integers(0, 4), st.integers(1, 12))
def test_whatever_is_corrected_or_taken_back_keeps_the_limits(
    body: tuple[Block, ...], said: str, standing: int, times: int
) -> None:
    item = make_item(body=body * times, title=said or "a", amended=Amendment(said, AT))
    parts = CHANNEL.correct(item, standing, RENDER)
    bounded(parts)
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert {part.total for part in parts} == {len(parts)}
    assert len(parts) == max(standing, sum(part.content["method"] != "deleteMessage" for part in parts))
    long = Notice(said, said, AT, said, f"https://a.example/{'x' * standing * 900}")
    removals = CHANNEL.withdraw(long, standing, RENDER)
    bounded(removals)
    assert len(removals) == standing


def test_a_text_that_just_fits_has_room_for_the_line_about_itself() -> None:
    for length in range(3700, 4000, 13):
        item = make_item(lead="", html=f"<p>{'b' * length}</p>", amended=Amendment("c" * 200, AT))
        bounded(CHANNEL.correct(item, 1, RENDER))


def test_a_correction_of_a_correction_keeps_its_own_template() -> None:
    """`dinh-chinh` is the kind of the article; the line of a message left over is none of that."""
    render = renderer(environment(None), "dinh-chinh")
    item = replace(article(1), kind="dinh-chinh", title="Số liệu quý III")
    first, left_over = CHANNEL.correct(item, 2, render)
    assert "<b>ĐÍNH CHÍNH</b>\n<b>Số liệu quý III</b>\n✏️ <i>Đã sửa lúc" in first.content["text"]
    assert left_over.otherwise[0]["text"].startswith("✏️ <i>Phần này đã được thay")


def test_an_edit_or_a_removal_may_go_again_and_a_new_message_may_not() -> None:
    (part,) = CHANNEL.withdraw(NOTICE, 1, RENDER)
    assert [CHANNEL.repeatable(content) for content in (part.content, *part.otherwise)] == [True, True, False]
