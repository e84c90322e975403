"""A broadcast is chosen, looked at and confirmed; it leaves once, and a silent answer is a doubt."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from pydantic import SecretStr

from channels.base import DeliveryError, NeedsHuman, NotSent, Rejected, Uncertain
from channels.zalo import ZaloOaChannel
from pipeline import acts, places
from pipeline import office as offices
from pipeline.deliver import broadcasts, upkeep
from pipeline.deliver.engine import real_now
from pipeline.models import AuditEntry, Broadcast, ChannelState, Delivery
from pipeline.office import Office
from pipeline.schedule import ZaloOaSettings
from pipeline.watch.facts import gather
from tests.channels.zalo.office import Store, pair
from tests.web.conftest import NOW, ZONE, make_article, publish

pytestmark = pytest.mark.django_db
Person = Callable[..., User]
PAGE = "/console/kenh/oa/gui-loat"
KEY = "a" * 32


class Followers:
    """Those who would get what is broadcast; `answers` are told before it leaves."""

    def __init__(self) -> None:
        self.got: list[list[str]] = []
        self.answers: list[DeliveryError] = []

    def __call__(self, articles: Sequence[str]) -> str:
        self.got.append(list(articles))
        if self.answers:
            raise self.answers.pop(0)
        return f"m{len(self.got)}"


@pytest.fixture
def followers() -> Followers:
    return Followers()


@pytest.fixture
def town(office: Office, monkeypatch: pytest.MonkeyPatch, followers: Followers) -> Office:
    """An office with an Official Account, whose package allows two broadcasts a month."""
    settings = ZaloOaSettings(id="oa", kind="zalo-oa", app_id="7", secret=SecretStr("s"), broadcasts=2)
    oa = ZaloOaChannel(
        id="oa", app_id="7", secret="s", tokens=Store(pair(refresh_left=timedelta(days=9))), cover="https://x"
    )
    monkeypatch.setattr(oa, "broadcast", followers)
    schedule = office.schedule.model_copy(update={"channels": (*office.schedule.channels, settings)})
    channels = MappingProxyType({**office.channels, "oa": oa})
    made = replace(office, schedule=schedule, channels=channels)
    monkeypatch.setattr(offices, "current", lambda: made)
    return made


def at(town: Office, monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    made = replace(town, now=lambda: moment)
    monkeypatch.setattr(offices, "current", lambda: made)


def on_the_account(title: str) -> int:
    row = publish(make_article(title))
    Delivery.objects.filter(id=row.id).update(channel="oa", receipt={"ref": f"z{row.article_id}"})
    return row.article_id


def send(client: Client, *articles: int, key: str = KEY) -> str:
    form = {"article": [str(each) for each in articles], "key": key, "confirmed": "on"}
    return client.post(PAGE, form, follow=True).content.decode()


def test_what_stands_on_the_account_is_chosen_looked_at_and_sent(
    approver: Client, town: Office, followers: Followers
) -> None:
    one, two = on_the_account("Mức phí mới"), on_the_account("Lịch tiếp dân")
    page = approver.get(PAGE).content.decode()
    for words in ("Mức phí mới", "Lịch tiếp dân", "Tháng này đã dùng 0/2 lượt", "06:00–21:59"):
        assert words in page
    looked = approver.post(PAGE, {"article": [str(one), str(two)]}).content.decode()
    assert "xem lại trước khi xác nhận" in looked
    assert not followers.got
    assert not Broadcast.objects.exists()
    key = re.search(r'name="key" value="([0-9a-f]{32})"', looked)
    assert key is not None
    done = send(approver, one, two, key=key[1])
    assert "Zalo đã nhận." in done
    assert "Tháng này đã dùng 1/2 lượt" in done
    assert followers.got == [[f"z{one}", f"z{two}"]]
    row = Broadcast.objects.get()
    assert (row.state, row.message, row.who) == ("sent", "m1", "hoa")
    said = AuditEntry.objects.order_by("sequence").values_list("who", "act", "subject")
    assert list(said) == [
        ("hoa", "broadcast", f"broadcast:{row.id}"), ("loa", "broadcast-sent", f"broadcast:{row.id}"),
    ]  # fmt: skip


def test_pressed_twice_it_leaves_once(approver: Client, town: Office, followers: Followers) -> None:
    one = on_the_account("Mức phí mới")
    send(approver, one)
    assert "đã được bấm rồi" in send(approver, one)
    assert len(followers.got) == 1


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        (Uncertain("Mất trả lời."), "uncertain", "Không rõ Zalo đã nhận chưa."),
        (NotSent("Không kết nối được."), "failed", "Chưa gửi được: Không kết nối được."),
        (Rejected("Bài không còn."), "failed", "Chưa gửi được: Bài không còn."),
        (NeedsHuman("Hết gói."), "failed", "Chưa gửi được: Hết gói."),
    ],
)
def test_the_outcome_is_the_truth(
    approver: Client, town: Office, followers: Followers, answer: DeliveryError, state: str, words: str
) -> None:
    one = on_the_account("Mức phí mới")
    followers.answers.append(answer)
    assert words in send(approver, one)
    assert Broadcast.objects.get().state == state
    again = send(approver, one, key="b" * 32)
    waits = "Có lượt gửi loạt chưa rõ kết quả" in approver.get("/console/kenh").content.decode()
    assert waits == (state == "uncertain")
    assert sum(doubt.count for doubt in gather(town, NOW, real_now()).doubts) == int(waits)
    if state == "uncertain":
        assert "Lượt gửi trước chưa có kết quả" in again
        assert len(followers.got) == 1
    else:
        assert len(followers.got) == 2


@pytest.mark.parametrize(("word", "state", "spent"), [("sent", "sent", 1), ("not-sent", "failed", 0)])
def test_a_doubt_is_ended_by_a_word(
    approver: Client, town: Office, followers: Followers, word: str, state: str, spent: int
) -> None:
    followers.answers.append(Uncertain("Mất trả lời."))
    page = send(approver, on_the_account("Mức phí mới"))
    row = Broadcast.objects.get()
    address = f"/console/gui-loat/{row.id}/{word}"
    assert address in page
    page = approver.post(address, follow=True).content.decode()
    row.refresh_from_db()
    assert row.state == state
    assert f"đã dùng {spent}/2 lượt" in page
    assert "không chờ ai trả lời" in approver.post(address, follow=True).content.decode()
    assert AuditEntry.objects.filter(who="hoa", act="resolve", subject=f"broadcast:{row.id}").count() == 1


def test_what_a_dead_process_left_is_in_doubt_and_a_late_answer_still_counts(
    approver: Client, town: Office
) -> None:
    chosen = [broadcasts.Choice(1, "Tin", "z1")]
    now = NOW.astimezone(ZONE)
    row = broadcasts.begin(KEY, "oa", chosen, 2, "hoa", now=now, real_now=real_now())
    upkeep.sweep(town.channels, lambda owner: False, real_now() + timedelta(minutes=2))
    row.refresh_from_db()
    assert row.state == "sending"
    upkeep.sweep(town.channels, lambda owner: False, real_now() + timedelta(minutes=4))
    row.refresh_from_db()
    assert row.state == "uncertain"
    broadcasts.settle(row, "m7")
    assert (row.state, row.message, row.error) == ("sent", "m7", "")
    broadcasts.settle(row, NotSent("muộn"))
    assert row.state == "sent"


def test_it_keeps_its_hours_its_number_and_its_pause(
    approver: Client, town: Office, followers: Followers, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = on_the_account("Mức phí mới")
    at(town, monkeypatch, NOW.replace(hour=5, minute=59))
    assert "từ 06:00 đến 21:59" in send(approver, one)
    at(town, monkeypatch, NOW)
    ChannelState.objects.create(channel="oa", paused=True, reason="x", by="hoa", at=NOW)
    assert "Kênh đang tạm dừng." in send(approver, one)
    ChannelState.objects.all().delete()
    for key in ("1" * 32, "2" * 32):
        send(approver, one, key=key)
    assert len(followers.got) == 2
    assert "Đã hết số lượt gửi của tháng này." in send(approver, one, key="3" * 32)
    assert len(followers.got) == 2
    at(town, monkeypatch, NOW.replace(month=12, day=1))
    send(approver, one, key="4" * 32)
    assert len(followers.got) == 3


def test_only_what_stands_there_may_be_chosen_and_at_most_five(
    approver: Client, town: Office, followers: Followers
) -> None:
    found = [on_the_account(f"Tin {n}") for n in range(6)]
    held = on_the_account("Bài giữ")
    acts.hold(town, held, User.objects.get(username="hoa"), "xem lại")
    assert "Bài giữ" not in approver.get(PAGE).content.decode()
    assert "không còn trên OA" in send(approver, held)
    for chosen in ([], found, [found[0], found[0]]):
        assert "Hãy chọn từ 1 đến 5 bài" in send(approver, *chosen)
    assert "Hãy chọn từ 1 đến 5 bài" in approver.post(PAGE, {"article": map(str, found)}).content.decode()
    assert not followers.got


def test_who_may_not_sends_nothing(
    client: Client, town: Office, followers: Followers, person: Person
) -> None:
    one = on_the_account("Mức phí mới")
    client.force_login(person("lan", "editor"))
    assert PAGE not in client.get("/console/kenh/oa").content.decode()
    form = {"article": [str(one)], "key": KEY, "confirmed": "on"}
    assert [client.get(PAGE).status_code, client.post(PAGE, form).status_code] == [403, 403]
    with pytest.raises(acts.NotAllowed):
        places.broadcast(town, "oa", KEY, [one], User.objects.get(username="lan"))
    assert not followers.got


def test_only_an_official_account_has_the_page(approver: Client, town: Office) -> None:
    assert approver.get("/console/kenh/cong/gui-loat").status_code == 404
    shown = approver.get("/console/kenh/oa").content.decode()
    assert PAGE in shown
    assert "ngày" in shown


def test_a_page_without_its_key_is_an_old_one(approver: Client, town: Office, followers: Followers) -> None:
    assert "Trang này đã cũ" in send(approver, on_the_account("Tin"), key="")
    assert not followers.got


@pytest.mark.django_db(transaction=True)
def test_two_at_once_leave_once(town: Office, hoa: User, followers: Followers) -> None:
    one = on_the_account("Mức phí mới")
    ready = threading.Barrier(2)
    refused: list[str] = []

    def presses(key: str) -> None:
        try:
            ready.wait()
            places.broadcast(town, "oa", key, [one], hoa)
        except acts.NotAllowed as problem:
            refused.append(str(problem))
        finally:
            connection.close()

    people = [threading.Thread(target=presses, args=(KEY,)) for _ in range(2)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    assert len(followers.got) == len(refused) == 1
