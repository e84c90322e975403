"""After a restore nothing is claimed, and a person's word keeps what had gone out from going out again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from pipeline import audit
from pipeline.deliver import outbox, pauses, restored, upkeep
from pipeline.deliver.resolve import NotResolvable
from pipeline.models import AuditEntry, ChannelState, Delivery, OfficeFact
from tests.pipeline.ledger import NOW, Remote, channels, post, revision

SECOND = timedelta(seconds=1)
WHY = "Khôi phục từ bản sao lưu"


def begin(*names: str) -> None:
    restored.begin(names or ("telegram",), NOW, WHY, "lan", NOW)


def claim(*remotes: Remote) -> list[int]:
    claims = outbox.claim(channels(*remotes), "here:1", 50, now=NOW + SECOND, real_now=NOW + SECOND)
    return [row.id for row in claims.rows]


def ids() -> list[int]:
    return list(Delivery.objects.order_by("id").values_list("id", flat=True))


@pytest.mark.django_db
def test_nothing_is_claimed_before_its_channel_is_resumed() -> None:
    outbox.enqueue(revision(), [post(), post("zalo", target="nhom")], NOW)
    begin("telegram", "zalo")
    remotes = Remote(), Remote(id="zalo", target="nhom")
    assert claim(*remotes) == []
    assert ChannelState.objects.get(channel="zalo").reason == WHY
    pauses.resume("zalo", "đã đối chiếu", "lan", NOW)
    assert claim(*remotes) == ids()[1:]
    now = restored.standing()
    assert now is not None
    assert now.channels == ("telegram",)


@pytest.mark.django_db
def test_a_channel_that_is_named_later_waits_too_until_the_restore_is_over() -> None:
    begin("telegram")
    restored.pause_newcomers(["telegram", "zalo"], NOW)
    assert ChannelState.objects.get(channel="zalo").paused
    pauses.resume("telegram", "đã đối chiếu", "lan", NOW)
    restored.pause_newcomers(["telegram", "zalo"], NOW)
    assert not ChannelState.objects.get(channel="telegram").paused
    pauses.resume("zalo", "đã đối chiếu", "lan", NOW)
    assert restored.standing() is None
    restored.pause_newcomers(["telegram", "zalo", "loa"], NOW)
    assert not OfficeFact.objects.exists()
    assert not ChannelState.objects.filter(paused=True).exists()


@pytest.mark.django_db
def test_what_is_in_question_is_what_was_due_or_under_way() -> None:
    outbox.enqueue(revision("đã đến giờ"), [post()], NOW)
    outbox.enqueue(revision("chưa đến giờ"), [post(due_at=NOW + timedelta(days=1))], NOW)
    outbox.enqueue(revision("đang gửi"), [post("zalo", target="nhom")], NOW)
    assert claim(Remote(id="zalo", target="nhom")) == ids()[2:]
    upkeep.sweep(channels(), lambda _owner: True, NOW)
    found = restored.in_question(NOW)
    assert [(row.revision.title, row.state) for row in found] == [
        ("đã đến giờ", "queued"),
        ("đang gửi", "uncertain"),
    ]


@pytest.mark.django_db
def test_a_persons_word_is_kept_with_their_name() -> None:
    outbox.enqueue(revision(), [post(texts=["một", "hai"])], NOW)
    outbox.enqueue(revision("hai"), [post()], NOW)
    begin()
    first, second, third = ids()
    assert restored.waiting("telegram") == 3
    assert restored.already_sent("telegram", [first, second], "lan", NOW) == 2
    row = Delivery.objects.get(id=first)
    assert (row.state, row.sent_at, row.receipt) == ("sent", NOW, {"ref": "", "url": None, "by": "lan"})
    acts = AuditEntry.objects.filter(act="already-sent").values_list("who", "subject")
    assert list(acts) == [("lan", f"delivery:{first}"), ("lan", f"delivery:{second}")]
    assert audit.verify() is None
    pauses.resume("telegram", "đã đối chiếu", "lan", NOW)
    assert claim() == [third]


@pytest.mark.django_db
@pytest.mark.parametrize("case", ["no restore", "resumed", "another channel", "no such row", "not queued"])
def test_the_word_is_taken_of_nothing_else(case: str) -> None:
    outbox.enqueue(revision(), [post(), post("zalo", target="nhom")], NOW)
    telegram, zalo = ids()
    if case == "not queued":
        claim(Remote())
    if case != "no restore":
        begin("telegram", "zalo")
    if case == "resumed":
        pauses.resume("telegram", "vội", "lan", NOW)
    asked = {"another channel": [telegram, zalo], "no such row": [telegram, 10**6]}.get(case, [telegram])
    before = list(Delivery.objects.order_by("id").values_list("state", flat=True))
    with pytest.raises(NotResolvable):
        restored.already_sent("telegram", asked, "lan", NOW)
    assert list(Delivery.objects.order_by("id").values_list("state", flat=True)) == before
    assert restored.waiting("telegram") == (1 if case in ("another channel", "no such row") else 0)


class Restores(TestCase):
    """Whatever is marked, resumed and named in whatever order."""

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.sampled_from("mrnc"), st.integers(0, 3)), max_size=14))
    def test_what_was_marked_is_never_sent_and_the_rest_only_once_its_channel_goes_on(
        self, steps: list[tuple[str, int]]
    ) -> None:
        names = ("kenh-0", "kenh-1", "kenh-2", "kenh-3")
        remotes = [Remote(id=name, target=name) for name in names]
        outbox.enqueue(revision(), [post(name, target=name) for name in names], NOW)
        row = dict(zip(names, ids(), strict=True))
        begin(*names[:2])
        named, resumed, marked, taken = set(names[:2]), set[str](), set[str](), set[int]()
        for step, at in steps:
            name = names[at]
            over = restored.standing() is None
            if step == "m" and name in named - resumed - marked and row[name] not in taken:
                restored.already_sent(name, [row[name]], "lan", NOW)
                marked.add(name)
            elif step == "r":
                pauses.resume(name, "đã đối chiếu", "lan", NOW)
                resumed |= {name} & named
            elif step == "n":
                restored.pause_newcomers([name], NOW)
                if not over:
                    named.add(name)
            elif step == "c":
                # A process knows no channel but those that it was started with.
                known = [remote for remote in remotes if remote.id in named]
                found = set(claim(*known))
                assert found == {row[name] for name in resumed - marked} - taken
                taken |= found
