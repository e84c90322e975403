"""Every channel keeps the contract, against its stand-in on a real socket or its real folder."""

from __future__ import annotations

import functools
import io
import json
import os
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from PIL import Image as Picture

from channels.base import Channel, Checkpoint, NotSent, Part, Receipt
from channels.manual import ManualChannel
from channels.portal import PortalChannel
from channels.press import PressChannel
from channels.radio.channel import RadioChannel
from channels.telegram import TelegramChannel
from channels.zalo import TokenPair, ZaloBotChannel, ZaloOaChannel
from demo.faults import KINDS, Fault
from demo.server import Request, StandIn
from demo.telegram import TelegramStandIn
from demo.telegram_rules import Chat
from demo.zalo import ZaloStandIn
from tests.channels.contract import NOW, RENDER, Contract, Harness, Saved, UnderFaults, wrong
from tests.channels.wire import raw, wire
from tests.channels.zalo.office import Store

LASTS = {"refuse": 30.0, "connect-time-out": 30.0, "too-many": 1.0, "drip": 0.0}
"""Seconds; a silence ends soon after the hasty have given up."""


context_read_once = functools.cache(ssl.create_default_context)


class Service(Harness):
    """A channel on a socket; `haste` are the settings of its client that bound how long it waits."""

    service: StandIn
    haste: ClassVar[Mapping[str, float]]

    def open(self) -> Channel:
        raise NotImplementedError

    def text(self, shown: Mapping[str, Any]) -> str:
        return str(shown["text"])

    def truth(self) -> dict[str, Any]:
        """As at the stand-in's own page, whatever became of its door."""
        answer: dict[str, Any] = json.loads(self.service.handle(Request("GET", "/_truth", {}, b"")).body)
        return answer

    def seen(self) -> list[str]:
        return [self.text(shown) for shown in self.truth()["shown"]]

    def came(self) -> int:
        return len([act for act in self.truth()["accepted"] if act["act"] in ("sendMessage", "create")])

    @contextmanager
    def failing(self, kind: str) -> Iterator[Channel]:
        with pytest.MonkeyPatch.context() as patch:
            for name, seconds in self.haste.items():
                patch.setattr(name, seconds)
            hasty = self.open()
            self.service.faults.append(Fault(kind, LASTS.get(kind, 0.5)))
            try:
                yield hasty
            finally:
                self.service.faults.clear()
                hasty.close()


class Telegram(Service):
    secrets = ("123456:rat-bi-mat",)
    haste: ClassVar = {"channels.telegram.client.CONNECT": 0.15, "channels.telegram.client.READ": 0.15}

    def __init__(self, service: TelegramStandIn) -> None:
        self.service = service
        self.channel = self.open()

    def open(self) -> TelegramChannel:
        return TelegramChannel(id="t", chat="-5", token=self.secrets[0], api=f"{self.service.url}/bot")


class ZaloBot(Service):
    secrets = ("1:rat-bi-mat",)
    replaces = removes = False
    haste: ClassVar = {"channels.http.CONNECT_SECONDS": 0.15, "channels.zalo.bot.SECONDS": 0.3}

    def __init__(self, service: ZaloStandIn) -> None:
        self.service = service
        self.channel = self.open()

    def open(self) -> ZaloBotChannel:
        return ZaloBotChannel(
            id="z", chat="nhom-to-dan-pho", token=self.secrets[0], api=f"{self.service.url}/bot"
        )


class ZaloOa(Service):
    haste: ClassVar = {"channels.http.CONNECT_SECONDS": 0.15, "channels.zalo.api.CALL_SECONDS": 0.3}

    def __init__(self, service: ZaloStandIn, cover: str) -> None:
        self.service, self.cover = service, cover
        self.store = Store(TokenPair("none yet", "first-refresh", NOW, NOW + timedelta(days=90)))
        oa = self.open()
        oa.tokens.access()
        self.channel = oa

    @property
    def secrets(self) -> Sequence[str]:  # type: ignore[override]
        pairs = self.store.saved
        return ["oa-secret", *(pair.refresh for pair in pairs), *(pair.access for pair in pairs)]

    def open(self) -> ZaloOaChannel:
        return ZaloOaChannel(
            id="zalo",
            app_id="429",
            secret="oa-secret",
            tokens=self.store,
            cover=self.cover,
            api=self.service.url,
            oauth=self.service.url,
            now=lambda: NOW,
            sleep=lambda seconds: None,
        )

    def text(self, shown: Mapping[str, Any]) -> str:
        texts = [block.get("content", "") for block in shown["body"]]
        return "\n".join([shown["title"], *texts])


class Radio(Harness):
    removes = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.channel = RadioChannel("loa", folder, 190, "Văn phòng UBND tỉnh")

    def _scripts(self) -> list[Path]:
        return sorted(self.folder.rglob("*.txt"))

    def seen(self) -> list[str]:
        return [path.read_text("utf-8") for path in self._scripts()]

    def came(self) -> int:
        return len(self._scripts())

    @contextmanager
    def failing(self, kind: str) -> Iterator[Channel]:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, {"full-disk": "fsync", "no-folder": "mkdir"}[kind], full)
            yield self.channel


class Web(Harness):
    """Our own web shows what the ledger has marked as sent, the newest wording of each entry."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self._shelf: dict[str, Part] = {}

    def sent(self, part: Part) -> None:
        self._shelf[part.content["guid"]] = part

    def seen(self) -> list[str]:
        return [json.dumps(dict(part.content), ensure_ascii=False) for part in self._shelf.values()]

    def came(self) -> int:
        return len(self._shelf)


class Hands(ManualChannel):
    """The channel and a person at a page, who does what each card says."""

    def __init__(self) -> None:
        super().__init__("trang", "Trang Facebook", 1000)
        self.page: dict[str, str] = {}
        self.posts = 0

    def send(
        self, part: Part, *, target: str, key: str, checkpoint: Checkpoint, standing: Sequence[Receipt] = ()
    ) -> Receipt:
        assert target == "Trang Facebook"
        method, text = part.content["method"], part.content["text"]
        assert len(text.encode("utf-16-le")) <= 2 * 1000
        if method == "remove":
            for receipt in standing:
                self.page.pop(receipt.ref, None)
            return Receipt("gỡ")
        if method == "post":
            self.posts += 1
        address = standing[0].ref if method == "edit" else f"https://facebook.example/{self.posts}"
        self.page[address] = text
        return Receipt(address, address)


class Board(Harness):
    def __init__(self) -> None:
        self.channel: Hands = Hands()

    def seen(self) -> list[str]:
        return list(self.channel.page.values())

    def came(self) -> int:
        return self.channel.posts


class TestManual(Contract):
    @pytest.fixture
    def harness(self) -> Board:
        return Board()

    def test_nothing_is_ever_sent_by_itself(self) -> None:
        channel = ManualChannel("trang", "Trang Facebook", 1000)
        (part,) = channel.compose(wrong(), RENDER)
        with pytest.raises(NotSent, match="chờ người đăng bằng tay"):
            channel.send(part, target=channel.target, key="k", checkpoint=Saved())
        assert channel.by_hand


class TestTelegram(UnderFaults):
    kinds = tuple(KINDS)

    @pytest.fixture
    def harness(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Telegram]:
        # To read all the world's certificates takes longer than the whole rest of a test.
        monkeypatch.setattr(ssl, "create_default_context", context_read_once)
        chats = [Chat("-5", type="group")]
        with TelegramStandIn(token=Telegram.secrets[0], chats=chats, limits=False) as service:
            made = Telegram(service)
            yield made
            made.channel.close()


class TestZaloBot(UnderFaults):
    kinds = sorted(ZaloStandIn.kinds)

    @pytest.fixture
    def harness(self) -> Iterator[ZaloBot]:
        with ZaloStandIn(bot_token=ZaloBot.secrets[0], now=NOW.timestamp) as service:
            yield ZaloBot(service)


@pytest.fixture(scope="session")
def cover() -> Iterator[str]:
    """The address of a picture."""
    file = io.BytesIO()
    Picture.new("RGB", (32, 18), "green").save(file, "PNG")
    with wire(raw(file.getvalue(), 200, "Content-Type: image/png")) as server:
        yield f"{server.url}/bia.png"


class TestZaloOa(UnderFaults):
    kinds = sorted(ZaloStandIn.kinds)

    @pytest.fixture
    def harness(self, cover: str) -> Iterator[ZaloOa]:
        service = ZaloStandIn(
            app_id="429", secret="oa-secret", refresh_token="first-refresh", settle=0, now=NOW.timestamp
        )
        with service:
            yield ZaloOa(service, cover)


class TestRadio(UnderFaults):
    kinds = ("full-disk", "no-folder")
    refusal = "full-disk"

    @pytest.fixture
    def harness(self, tmp_path: Path) -> Radio:
        return Radio(tmp_path / "radio")


class TestPortal(Contract):
    @pytest.fixture
    def harness(self) -> Web:
        return Web(PortalChannel("cong", "https://cong.phutho.example"))


class TestPress(Contract):
    @pytest.fixture
    def harness(self) -> Web:
        return Web(PressChannel("bao-chi", "https://cong.phutho.example"))
