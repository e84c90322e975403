"""`loa run`: it works by itself, says that it is well, and finishes what is in hand when asked to stop."""

from __future__ import annotations

import json
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import NotSent
from demo.telegram import TelegramStandIn
from pipeline import run
from pipeline.models import Delivery
from pipeline.schedule import Published, SourceSettings
from pipeline.service import AT_ONCE, Courier, Service, Timekeeper, turns
from tests.crash.office import Folder
from tests.pipeline.day import Day

NOW = "2026-11-23T08:00:00+07:00"


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
    return port


def page(address: str) -> str:
    with urllib.request.urlopen(address, timeout=5) as answer:
        body: bytes = answer.read()
    return body.decode()


def wait_for(what: str, found, seconds: float = 40) -> None:  # type: ignore[no-untyped-def]
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            if found():
                return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.2)
    raise AssertionError(f"no {what} after {seconds} s")


def test_a_service_works_alone_and_stops_in_order(tmp_path: Path) -> None:
    with TelegramStandIn(chats=["@phutho"], limits=False) as telegram:
        folder = Folder(tmp_path, telegram.url)
        folder.publish(3)
        address = f"127.0.0.1:{free_port()}"
        with folder.start("run", "--bind", address, "--now", NOW) as service:
            try:
                wait_for("message", lambda: len(telegram.shown()) == 3)
                wait_for("health", lambda: json.loads(page(f"http://{address}/healthz")))
                wait_for("page", lambda: "Tin số 2" in page(f"http://{address}/"))
                assert "Tin số 1" in page(f"http://{address}/rss.xml")
                folder.publish(2)
                wait_for("second reading", lambda: len(telegram.shown()) == 5)
            finally:
                service.send_signal(signal.SIGTERM)
                out, err = service.communicate(timeout=60)
        assert service.returncode == 0, err
        assert "Finishing" in out
        assert "Traceback" not in err
        assert {row["state"] for row in folder.deliveries()} == {"sent"}
        assert (tmp_path / "var" / "audit-heads.jsonl").read_text().count("digest") == 1


def test_a_taken_port_is_said_so(tmp_path: Path) -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        folder = Folder(tmp_path, "http://127.0.0.1:9")
        with folder.start("run", "--bind", f"127.0.0.1:{door.getsockname()[1]}") as service:
            _, err = service.communicate(timeout=60)
    assert service.returncode == 1
    assert "--bind" in err


class SlowFeed(BaseHTTPRequestHandler):
    """An agency's server that takes a second for every feed."""

    def do_GET(self) -> None:
        time.sleep(1)
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        asked.append(self.path)


asked: list[str] = []


def test_a_stop_does_not_wait_for_all_the_sources(tmp_path: Path) -> None:
    asked.clear()
    folder = Folder(tmp_path, "http://127.0.0.1:9")
    with ThreadingHTTPServer(("127.0.0.1", 0), SlowFeed) as agency:
        threading.Thread(target=agency.serve_forever, daemon=True).start()
        feeds = "".join(
            f"  - {{id: nguon-{n}, agency: A, url: 'http://127.0.0.1:{agency.server_port}/{n}', "
            "approval: published, allow_private_address: true}\n"
            for n in range(30)
        )
        schedule = tmp_path / "schedule.yaml"
        schedule.write_text(schedule.read_text().replace("channels:\n", f"{feeds}channels:\n", 1))
        with folder.start("run", "--bind", f"127.0.0.1:{free_port()}") as service:
            wait_for("reading", lambda: asked)
            service.send_signal(signal.SIGTERM)
            _, err = service.communicate(timeout=20)
        agency.shutdown()
    assert service.returncode == 0, err
    assert len(asked) < 15


@given(st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=60))
def test_every_source_has_its_turn_and_no_host_has_two_in_one(hosts: list[str]) -> None:
    sources = [
        SourceSettings(id=f"s{n}", agency="A", url=f"https://{host}.example/{n}", approval=Published())
        for n, host in enumerate(hosts)
    ]
    at = {source.id: urlsplit(source.url).netloc for source in sources}
    read = list(turns(sources))
    assert sorted(source for turn in read for source in turn) == sorted(at)
    assert all(0 < len(turn) <= AT_ONCE for turn in read)
    assert all(max(Counter(at[source] for source in turn).values()) == 1 for turn in read)


@pytest.mark.django_db(transaction=True)
def test_what_is_approved_goes_out_though_the_review_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = Day(tmp_path)
    day.says("1")
    day.telegram.answers = [NotSent("không nối được")]
    day.once()
    assert day.states()["telegram"] == ["queued"]
    Delivery.objects.update(wake_at=None)

    def broken(*_: object) -> NoReturn:
        raise OSError("no space left")

    monkeypatch.setattr(run, "advance", broken)
    service = Service(Timekeeper(day.office, day.tools), Courier(day.office, "here:1"))
    service.start()
    try:
        wait_for("message", lambda: day.telegram.accepted, 10)
    finally:
        service.stop()
    assert day.states()["telegram"] == ["sent"]
