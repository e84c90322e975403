"""A day's page lists what stands there, leads only to what is there, and goes with the last of it."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

from channels.base import Amendment, Notice, Priority, Receipt
from channels.radio.audio import AVAILABLE
from tests.channels.items import feed_item, make_item
from tests.channels.radio.test_programme import FIVE, bulletin, several
from tests.channels.test_radio import RENDER, NoCheckpoint, radio

DAY = f"{FIVE:%Y-%m-%d}"


def deliver(folder: Path, *old: str, **changes: object) -> str:
    channel = radio(folder, bulletins=True)
    (part,) = channel.compose(make_item(**({"published": FIVE} | changes)), RENDER)
    standing = [Receipt(name) for name in old]
    return channel.send(
        part, target=str(folder), key="k", checkpoint=NoCheckpoint(), standing=standing
    ).ref  # fmt: skip


def page(folder: Path) -> str:
    return (folder / DAY / "index.html").read_text("utf-8")


def titles(folder: Path) -> list[str]:
    return re.findall("<h[23]>(.*?)</h[23]>", page(folder))


def test_the_day_s_page(tmp_path: Path) -> None:
    deliver(tmp_path, title="Tin & ảnh <b>", article=1, published=FIVE.replace(hour=9))
    deliver(tmp_path, title="Tin sớm", article=2, published=FIVE.replace(hour=4))
    deliver(tmp_path, title="Bão gần bờ", article=3, priority=Priority.EMERGENCY)
    programme = bulletin(*several())
    radio().air(programme, tmp_path)
    radio().air(replace(programme, name="Bản tin chiều", airs_at=FIVE + timedelta(hours=12)), tmp_path)
    assert titles(tmp_path) == [
        "Khẩn cấp (1)", "Bão gần bờ",
        "Bản tin (2)", "Bản tin sáng", "Bản tin chiều",
        "Tin phát riêng (2)", "Tin sớm", "Tin &amp; ảnh &lt;b&gt;",
    ]  # fmt: skip
    assert '<html lang="vi">' in page(tmp_path)
    assert "05:00 · mức thông thường" in page(tmp_path)
    assert "khung 15 phút, 4 tin" in page(tmp_path)
    links = [unquote(link) for link in re.findall('href="([^"]*)"', page(tmp_path))]
    assert len(links) == len(set(links)) == 5 * (4 + AVAILABLE)
    assert all((tmp_path / DAY / link).is_file() for link in links)
    in_order = sorted(path.name for path in (tmp_path / DAY).glob("*.txt"))
    assert [name[:15] for name in in_order] == [f"{DAY}T0500"] * 2 + [f"{DAY}T1700"]


def test_corrections_and_withdrawals_are_marked(tmp_path: Path) -> None:
    channel = radio(tmp_path)
    item = make_item(title="Tin giờ", amended=Amendment("sai giờ", FIVE))
    parts = channel.correct(item, 1, RENDER)
    parts += channel.withdraw(Notice("Tin sai", "nhầm", FIVE, "Sở Y tế", ""), 1, RENDER)
    for part in parts:
        channel.send(part, target=str(tmp_path), key="k", checkpoint=NoCheckpoint())
    assert sorted(titles(tmp_path)[1:]) == ["GỠ TIN: Tin sai", "ĐÍNH CHÍNH: Tin giờ"]


def test_it_tells_how_much_an_editor_must_look_at(tmp_path: Path) -> None:
    deliver(tmp_path, html="<p>Phiếu XQZK và phiếu QZXK.</p>", lead="")
    assert "Cần xem trước khi phát: 2 chỗ" in page(tmp_path)


def test_a_script_that_was_taken_away_is_not_on_it(tmp_path: Path) -> None:
    old = deliver(tmp_path, title="Tin cũ", article=1)
    new = deliver(tmp_path, old, title="Tin mới", article=2, published=FIVE + timedelta(days=1))
    assert list((tmp_path / DAY).rglob("*.*")) == []
    assert (tmp_path / new).exists()


def test_scripts_that_come_at_once_are_all_on_it(tmp_path: Path) -> None:
    threads = [
        threading.Thread(target=deliver, args=(tmp_path,), kwargs={"title": f"Tin {n}", "article": n})
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(titles(tmp_path)) == 1 + 8


def test_a_bulletin_says_what_was_shortened(tmp_path: Path) -> None:
    item = feed_item("kh-05")
    (part,) = radio(tmp_path).compose(item, RENDER)
    assert part.content["script"]["notes"][0].startswith("Bài đọc trọn mất")
