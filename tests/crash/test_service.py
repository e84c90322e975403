"""`loa run`: it works by itself, says that it is well, and finishes what is in hand when asked to stop."""

from __future__ import annotations

import json
import signal
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path

from demo.telegram import TelegramStandIn
from tests.crash.office import Folder

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
