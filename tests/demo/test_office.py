"""The demo plays a whole office, shows its day, goes on to the next one, and leaves nothing behind."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from collections.abc import Callable
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from channels.radio.audio import AVAILABLE
from demo.office import FIRST_DAY, SCHEDULE, DemoTrouble, fitted, free_port, own_folder
from demo.running import Running, RunTrouble
from pipeline.schedule.reading import read
from tests.demo.playing import LOA, SLOWEST, playing, until

SECRETS = {"TELEGRAM_TOKEN": "123456:a", "ZALO_SECRET": "b", "ZALO_BOT_TOKEN": "1:c"}
PORTS = {8000: 9000, 8081: 9081, 8082: 9082, 8099: 9099}


def test_the_shipped_schedule_is_whole() -> None:
    found = read(SCHEDULE, SECRETS)
    (only,) = found.warnings
    assert "console.second_factor" in str(only), "the demo asks for a password only, and says so"
    assert {source.id for source in found.schedule.sources} == {"vpubnd", "stp", "skhcn", "snnmt"}
    routed = {channel for route in found.schedule.routes for channel in route.channels}
    assert routed == {channel.id for channel in found.schedule.channels}


def test_its_ports_follow_and_nothing_else_changes(tmp_path: Path) -> None:
    text = fitted(SCHEDULE.read_text(), PORTS)
    (tmp_path / "schedule.yaml").write_text(text)
    moved = read(tmp_path / "schedule.yaml", SECRETS).schedule
    assert moved.office.base_url == "http://127.0.0.1:9000"
    assert {urlsplit(source.url).port for source in moved.sources} == {9099}
    assert not re.search(r"127\.0\.0\.1:8", text)
    assert fitted(text, {new: old for old, new in PORTS.items()}) == SCHEDULE.read_text()


@given(st.permutations(list(PORTS)))
def test_ports_may_change_places(order: list[int]) -> None:
    swapped = dict(zip(PORTS, order, strict=True))
    text = " ".join(f"http://127.0.0.1:{port}/x" for port in PORTS)
    assert fitted(text, swapped) == " ".join(f"http://127.0.0.1:{port}/x" for port in order)


def test_a_port_that_is_taken_is_left_alone() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) not in (0, port)
    assert free_port(port) == port
    assert 0 < free_port(70_000) < 65_536


def test_the_folder_is_emptied_of_what_a_demo_left(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with own_folder(folder):
        (folder / "schedule.yaml").write_text("office: {}")
        (folder / "var").mkdir()
        (folder / "var" / "loa.sqlite3").touch()
    with own_folder(folder):
        assert [path.name for path in folder.iterdir()] == ["loa-demo.json"]
        assert json.loads((folder / "loa-demo.json").read_text())


def test_a_folder_of_somebody_else_stays_as_it_is(tmp_path: Path) -> None:
    office = tmp_path / "office"
    (office / "var").mkdir(parents=True)
    (office / "schedule.yaml").write_text("office: {}")
    with pytest.raises(DemoTrouble, match=r"schedule\.yaml"), own_folder(office):
        pass
    assert (office / "schedule.yaml").read_text() == "office: {}"
    played = tmp_path / "played"
    with own_folder(played):
        pass
    (played / "ghi-chú.txt").write_text("của tôi")
    with pytest.raises(DemoTrouble, match=r"ghi-chú\.txt"), own_folder(played):
        pass
    assert (played / "ghi-chú.txt").exists()
    with pytest.raises(DemoTrouble), own_folder(played / "ghi-chú.txt"):
        pass


def test_two_demos_do_not_share_a_folder(tmp_path: Path) -> None:
    with (
        own_folder(tmp_path / "demo"),
        pytest.raises(DemoTrouble, match="already"),
        own_folder(tmp_path / "demo"),
    ):
        pass


def test_an_office_that_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "schedule.yaml").write_text("office: {}")
    running = Running(tmp_path, free_port(0))
    with pytest.raises(RunTrouble, match=r"office\.name"):
        running.start(FIRST_DAY)
    running.stop()


def counted(page: str, state: str) -> int:
    """The number beside the heading of one group of articles."""
    found = re.search(rf'id="nhom-{state}".*?<span>(\d+)</span>', page, re.DOTALL)
    return int(found[1]) if found else -1


def face(page: str, kind: str) -> str:
    """The part of the page that shows one channel."""
    return page.split(f'<section class="face {kind}"')[1].split("</section>")[0]


def article(page: str, title: str) -> str:
    """The number of the article of this title, from its link on the page."""
    found = re.search(rf'href="/\?bai=(\d+)#kenh"[^>]*>{re.escape(title)}', unescape(page))
    assert found, f"not on the page: {title}"
    return found[1]


def test_the_day_is_played_and_nothing_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with playing(folder) as demo:
        _the_first_day(demo.read)
        _one_article(demo.read)
        assert demo.read("/?bai=999999&x=<b>").count("Cả ngày, trên mọi kênh") == 1
        assert requests.get(f"{demo.page}/../office.py", timeout=5).status_code == 404
        _the_console_opens(demo.office, demo.password)
        # The office starts three times on the way.
        answer = requests.post(f"{demo.page}/ngay-mai", timeout=3 * SLOWEST, allow_redirects=False)
        assert answer.status_code == 303
        _the_second_day(demo.read)
        _the_bulletins(demo.page, demo.read)
        assert demo.stop() == 0
        for address in (demo.page, demo.office):
            with pytest.raises(requests.ConnectionError):
                requests.get(address, timeout=5)
    assert {path.name for path in folder.iterdir()} == {"loa-demo.json", "schedule.yaml", "loa.log", "var"}
    assert "Traceback" not in (folder / "loa.log").read_text()
    assert "Traceback" not in folder.with_suffix(".log").read_text()
    assert not (folder / "nowhere").exists()


def _the_first_day(read: Callable[..., str]) -> None:
    def all_kinds() -> bool:
        page = read()
        shown = all("Chưa có gì." not in face(page, kind) for kind in ("telegram", "zalo-oa", "zalo-bot"))
        return shown and face(page, "press").count('<article class="entry">') == 25

    until(all_kinds, "articles on every channel")
    page = unescape(read())
    assert "thứ Hai, 23/11/2026" in page
    assert "Dữ liệu mẫu." in page
    assert {state: counted(page, state) for state in ("review", "held", "skipped", "withdrawn")} == {
        "review": 4, "held": 3, "skipped": 0, "withdrawn": 0,
    }  # fmt: skip
    assert "Cấm phát trước 08:00 ngày 01/12/2026" in page
    assert "Có số căn cước (12 chữ số) ở đoạn" in page
    assert '<article class="bubble">' in face(page, "telegram")
    assert '<article class="zarticle">' in face(page, "zalo-oa")
    assert '<article class="bubble">' in face(page, "zalo-bot")
    assert "âm tiết" in face(page, "radio")
    assert counted(page, "approved") == 25
    # Nothing that is held shows on any channel.
    for kind in ("telegram", "zalo-oa", "zalo-bot", "radio", "press"):
        assert "Công bố xếp hạng Bộ chỉ số" not in face(page, kind)
        assert "099099000001" not in face(page, kind)


def _one_article(read: Callable[..., str]) -> None:
    title = "Quý III/2026: 98,6% hồ sơ thủ tục hành chính được giải quyết đúng và trước hạn"
    path = f"/?bai={article(read(), title)}"
    kinds = ("telegram", "zalo-oa", "zalo-bot")
    until(lambda: all("<article" in face(read(path), kind) for kind in kinds), "one article everywhere")
    page = unescape(read(path))
    assert "/tin/quy-iii-2026" in face(page, "portal")
    for kind in ("telegram", "zalo-oa", "zalo-bot", "radio", "press"):
        assert face(page, kind).count("<article") == 1, kind
        assert "412.865" in face(page, kind), kind
    held = article(page, "Trả lời phản ánh của công dân về hồ sơ cải chính hộ tịch")
    for kind in ("portal", "telegram", "zalo-oa", "zalo-bot", "radio", "press"):
        assert "Chưa gửi: bài cần xem lại." in face(unescape(read(f"/?bai={held}")), kind)


def _the_console_opens(office: str, password: str) -> None:
    with requests.Session() as browser:
        form = browser.get(f"{office}/console/login", timeout=10).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        assert token
        fields = {"username": "hoa", "password": password, "csrfmiddlewaretoken": token[1]}
        page = browser.post(f"{office}/console/login", data=fields, timeout=10)
        assert page.url == f"{office}/console/"
        assert "Cần xem lại" in page.text


def _the_bulletins(page: str, read: Callable[..., str]) -> None:
    """Those of the two hours that the clock passed, with all that the station gets."""
    shown = re.findall(r'<article class="sheet bulletin">.*?</article>', face(read(), "radio"), re.DOTALL)
    times = [re.search(r"phát (\d\d:\d\d \d\d/\d\d/\d{4})", one) for one in shown]
    assert [time[1] for time in times if time] == ["05:00 24/11/2026", "17:00 23/11/2026"]
    for one in shown:
        files = [f"{page}{address}" for address in re.findall(r'(?:href|src)="(/loa/[^"]+)"', one)]
        kinds = [".txt", ".pdf", ".docx", ".html", *([".wav"] if AVAILABLE else [])]
        assert [Path(file).suffix for file in files] == kinds
        answers = [requests.get(file, timeout=20) for file in files]
        assert all(answer.ok and answer.content for answer in answers)
        text, _, _, index, *_ = answers
        assert "Ủy ban nhân dân" in text.content.decode()
        assert Path(files[0]).name in index.text
    assert requests.get(f"{page}/loa/..%2f..%2floa.sqlite3", timeout=20).status_code == 404


def _the_second_day(read: Callable[..., str]) -> None:
    until(lambda: counted(read(), "withdrawn") == 1, "the second reading")
    page = unescape(read())
    assert "thứ Ba, 24/11/2026" in page
    assert "Rà soát lại tiêu chí đề xuất khen thưởng" in page
    assert "Bài đã đăng nay có bản khác" in page
    assert '<form method="post" action="/ngay-mai">' not in page
    until(lambda: "Đính chính số liệu" in unescape(face(read(), "press")), "the correction")
    # A holiday by law, on which this office works: what reaches people unasked does not wait for the 25th.
    correction = article(read(), "Đính chính số liệu trong tin")
    until(lambda: "1.809" in face(read(f"/?bai={correction}"), "telegram"), "the correction on Telegram")
    # The bot's other conversation is not the public's.
    until(lambda: "tổng kết ngày 24/11/2026" in unescape(face(read(), "duty")), "the duty officer's digest")
    assert "tổng kết" not in unescape(face(read(), "telegram"))


def test_a_folder_that_is_no_demo_is_refused(tmp_path: Path) -> None:
    (tmp_path / "hồ sơ.txt").touch()
    done = subprocess.run(
        [LOA, "--data", str(tmp_path), "demo", "--no-browser"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert "hồ sơ.txt" in done.stderr
    assert "Traceback" not in done.stderr
