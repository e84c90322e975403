"""The sample feeds give every row of expected.json; every broken file puts its source in trouble."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from pipeline.entry import FeedTrouble, Marker, Reading
from tests.pipeline.collect.reading import FEEDS, VPUBND, read

SETTINGS: dict[str, dict[str, Any]] = {
    "vpubnd.xml": VPUBND,
    "day2/vpubnd.xml": VPUBND,
    "stp.atom.xml": {"approval": {"atom_draft": True}},
    "skhcn.json": {"approval": {"json": "_loa.approved", "approved": [True]}},
    "snnmt.xml": {"approval": "published", "dates": ["dd/mm/yyyy"]},
}
EXPECTED = json.loads((FEEDS / "expected.json").read_text(encoding="utf-8"))
ROWS = [row for row in EXPECTED["items"] if "dropped-from-feed" not in row["flags"]]
MARKERS = {
    "da-duyet": Marker.APPROVED,
    "cho-duyet": Marker.PENDING,
    "ban-nhap": Marker.PENDING,
    "go-bai": Marker.WITHDRAWN,
    None: Marker.MISSING,
}


def sample(name: str) -> Reading:
    address = EXPECTED["feeds"][name.rpartition("/")[2]]["url"]
    return read((FEEDS / name).read_bytes(), address=address, **SETTINGS[name])


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['feed']}-{row['key']}-{row['expect']}")
def test_each_row_stands_in_its_reading(row: dict[str, Any]) -> None:
    same = [e for e in sample(row["feed"]).entries if (e.guid, e.link) == (row["guid"], row["link"])]
    same = [e for e in same if not row.get("updated") or e.updated == moment(row["updated"])]
    assert same
    for entry in same:
        assert entry.title == row["title"]
        assert entry.published == moment(row["published"])
        assert entry.embargo == moment(row.get("embargo"))
        assert entry.expires == moment(row.get("expires"))
        assert entry.marker == MARKERS[row["source_status"]]
        assert entry.corrects == row.get("corrects")
        assert entry.priority == (row.get("priority") or "thuong")
        assert entry.text
        assert not entry.unreadable
        if row["feed"] != "snnmt.xml":  # which states neither
            assert str(entry.topic) == row["topic"]
            assert entry.field == row["field"]
        if row["feed"] not in ("snnmt.xml", "stp.atom.xml"):
            assert entry.kind == row["kind"]


@pytest.mark.parametrize(
    ("name", "count"), [("vpubnd.xml", 9), ("stp.atom.xml", 9), ("skhcn.json", 8), ("snnmt.xml", 9)]
)
def test_a_whole_feed_is_read_without_trouble(name: str, count: int) -> None:
    reading = sample(name)
    assert len(reading.entries) == count
    assert reading.trouble == ""
    assert reading.home


def test_pictures_and_files_of_the_samples() -> None:
    by_guid = {entry.guid: entry for name in EXPECTED["feeds"] for entry in sample(name).entries}
    broken = by_guid["10008"].images
    assert [image.url for image in broken] == [
        "https://sonnmt.phutho.example/uploads/H%C3%ACnh%20%E1%BA%A3nh/bang%20so%20sanh.PNG",
        None,
        None,
    ]
    assert all(image.problem for image in broken[1:])
    assert by_guid["congttdt-vp-08"].images == ()
    (chart,) = by_guid["congttdt-vp-02"].images
    assert chart.alt == "Biểu đồ tỷ lệ hồ sơ đúng hạn quý III/2026"
    (file,) = by_guid["congttdt-vp-01"].attachments
    assert (file.title, file.content_type, file.size) == ("9127-kh-ubnd.pdf", "application/pdf", 412870)
    (scheme,) = by_guid["tag:sotuphap.phutho.example,2026:tp-02"].images
    assert scheme.url == "https://sotuphap.phutho.example/uploads/2026/11/so-do-lien-thong-khai-tu.png"


def test_a_twice_escaped_body_shows_neither_tags_nor_entities() -> None:
    (entry,) = [e for e in sample("snnmt.xml").entries if e.guid == "10005"]
    assert "(2.500.000 – 60.000) × 120" in entry.text
    assert "“tại chỗ”" in entry.text
    assert "tại Trung tâm" in entry.text
    assert "<li>" in entry.body
    assert not any(sign in entry.text for sign in ("<", "&", ";p"))


def test_the_leads_are_summaries_or_the_first_emphasised_paragraph() -> None:
    leads = {e.guid: e.lead for e in sample("snnmt.xml").entries}
    assert leads["10007"].startswith("Qua kiểm tra đột xuất 09 xã, phường")
    assert leads["10005"] == ""
    assert all(e.lead for e in sample("vpubnd.xml").entries)


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("bare-ampersand.xml", ["Sở KH&CN hướng dẫn nộp hồ sơ"]),
        ("undefined-entity.xml", ["Niêm yết công khai thủ tục hành chính"]),
        ("leading-blank-before-declaration.xml", ["Thông báo lịch tiếp công dân"]),
        ("truncated.xml", ["Công bố xếp hạng Bộ chỉ số phục vụ người dân, doanh nghiệp tháng 11/2026"]),
    ],
)
def test_damage_is_mended_where_that_is_certain_and_named(name: str, titles: list[str]) -> None:
    reading = read((FEEDS / "broken" / name).read_bytes(), **VPUBND)
    assert reading.trouble
    assert [entry.title for entry in reading.entries] == titles
    assert all(entry.text and entry.published for entry in reading.entries)


def test_a_bare_ampersand_stays_one() -> None:
    reading = read((FEEDS / "broken" / "bare-ampersand.xml").read_bytes())
    assert reading.entries[0].text == "Xem tại https://sokhcn.phutho.example/?a=1&b=2 về phí & lệ phí."


@pytest.mark.parametrize(
    ("name", "why"), [("empty.xml", "trống"), ("maintenance.html", "Hệ thống đang bảo trì")]
)
def test_what_is_no_feed_is_trouble(name: str, why: str) -> None:
    with pytest.raises(FeedTrouble, match=why):
        read((FEEDS / "broken" / name).read_bytes())


def test_a_feed_cut_anywhere_yields_only_whole_entries() -> None:
    body = (FEEDS / "vpubnd.xml").read_bytes()
    whole = sample("vpubnd.xml").entries
    for end in range(1, len(body) - 1, len(body) // 40):
        try:
            reading = read(body[:end], **VPUBND)
        except FeedTrouble:
            continue
        assert reading.trouble
        assert reading.entries == whole[: len(reading.entries)]
