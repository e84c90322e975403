"""The sample feeds through the command line, two days of them, against what is expected of them."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.commands import loa

FEEDS = Path(__file__).parent.parent / "data" / "feeds"
EXPECTED = json.loads((FEEDS / "expected.json").read_text())["items"]
SOURCE = {"vpubnd.xml": "vpubnd", "stp.atom.xml": "stp", "skhcn.json": "skhcn", "snnmt.xml": "snnmt"}
STATE = {"accept": "approved", "hold": "held", "review": "review"}
REASON = {
    "pii": "personal-data",
    "missing-approval-marker": "no-approval-marker",
    "sensitive-criticism": "sensitive",
}
KNOWN = {"embargo", "not-approved", "missing-date", *REASON}

SCHEDULE = """
office:
  name: Văn phòng UBND tỉnh Phú Thọ
  base_url: http://127.0.0.1:8000
  public_contacts: ["0210.000.08*", "*@phutho.example"]
sources:
  - id: vpubnd
    agency: Văn phòng UBND tỉnh
    url: file:feeds/vpubnd.xml
    approval: {element: "pt:trangThai", approved: [da-duyet], withdrawn: [go-bai]}
    embargo: {element: "pt:camPhatTruoc"}
    correction_of: {element: "pt:dinhChinhCho"}
    topic: {element: "pt:chuDe"}
    kind: {element: "pt:theLoai"}
  - {id: stp, agency: Sở Tư pháp, url: "file:feeds/stp.atom.xml", approval: {atom_draft: true}}
  - id: skhcn
    agency: Sở Khoa học và Công nghệ
    url: file:feeds/skhcn.json
    approval: {json: "_loa.approved", approved: [true]}
  - id: snnmt
    agency: Sở Nông nghiệp và Môi trường
    url: file:feeds/snnmt.xml
    approval: published
    dates: [dd/mm/yyyy]
channels:
  - {id: cong, kind: portal}
  - {id: loa, kind: radio, folder: radio}
  - {id: bao-chi, kind: press}
routes:
  - {channels: [cong, bao-chi]}
  - {channels: [loa], kinds: [tin, thong-bao]}
"""


class Office:
    def __init__(self, path: Path) -> None:
        self.path = path
        shutil.copytree(FEEDS, path / "feeds")
        (path / "schedule.yaml").write_text(SCHEDULE)

    def __call__(self, *arguments: str, fails: bool = False) -> str:
        done = loa(*arguments, folder=self.path)
        assert (done.returncode != 0) is fails, done.stderr + done.stdout
        return done.stderr if fails else done.stdout

    def articles(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self("articles", "--json"))
        return found


@pytest.fixture(scope="module")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office(tmp_path_factory.mktemp("office"))
    office("once", "--now", "2026-11-23T08:00:00+07:00")
    return office


@pytest.fixture
def second_day(first_day: Office, tmp_path: Path) -> Office:
    shutil.copytree(first_day.path, tmp_path / "office")
    office = Office.__new__(Office)
    office.path = tmp_path / "office"
    shutil.copy(FEEDS / "day2" / "vpubnd.xml", office.path / "feeds" / "vpubnd.xml")
    office("once", "--now", "2026-11-24T08:30:00+07:00")
    return office


@pytest.fixture(scope="module")
def articles(first_day: Office) -> list[dict[str, Any]]:
    return first_day.articles()


def one(articles: list[dict[str, Any]], row: dict[str, Any]) -> dict[str, Any]:
    source = SOURCE[row["feed"].removeprefix("day2/")]
    found = [
        a
        for a in articles
        if a["source"] == source and a["guid"] == row["guid"] and a["title"] == row["title"]
    ]
    assert len(found) == 1, row["key"]
    return found[0]


@pytest.mark.parametrize(
    "row",
    [row for row in EXPECTED if not row["feed"].startswith("day2") and row["expect"] != "skip"],
    ids=lambda row: row["key"],
)
def test_every_row_of_the_first_day(articles: list[dict[str, Any]], row: dict[str, Any]) -> None:
    article = one(articles, row)
    assert article["state"] == STATE[row["expect"]]
    wanted = {REASON.get(reason, reason) for reason in row["reasons"] if reason in KNOWN}
    assert set(article["reasons"]) - {"broken-media", "old-office-name"} == wanted
    for name, key in (("published", "published"), ("embargo_until", "embargo"), ("expires_at", "expires")):
        if row.get(key):
            assert datetime.fromisoformat(article[name]) == datetime.fromisoformat(row[key])
        elif key in row:
            assert article[name] is None
    if row["feed"] != "snnmt.xml":
        assert str(article["topic"]) == row["topic"]
    if row["feed"] in ("vpubnd.xml", "skhcn.json"):
        assert article["kind"] == row["kind"]


def test_there_is_no_article_but_those(first_day: Office) -> None:
    wanted = [row for row in EXPECTED if not row["feed"].startswith("day2") and row["expect"] != "skip"]
    assert len(first_day.articles()) == len(wanted) == 32


def test_nothing_that_waits_has_a_delivery_and_all_that_is_approved_has(first_day: Office) -> None:
    rows = json.loads(first_day("deliveries", "--json"))
    assert {row["state"] for row in rows} == {"sent"}
    approved = {a["id"] for a in first_day.articles() if a["state"] == "approved"}
    assert {row["article"] for row in rows if row["channel"] == "cong"} == approved


def test_the_second_day(second_day: Office) -> None:
    articles = {a["guid"]: a for a in second_day.articles() if a["source"] == "vpubnd"}
    corrected, correction = articles["congttdt-vp-02"], articles["congttdt-vp-09"]
    assert correction["state"] == "approved"
    assert correction["corrects"] == corrected["id"]
    assert (corrected["state"], corrected["revision"], corrected["published_revision"]) == ("review", 2, 1)
    assert "changed" in corrected["reasons"]
    assert articles["congttdt-vp-06"]["state"] == "withdrawn"
    assert articles["congttdt-vp-07"]["state"] == "approved"
    assert articles["congttdt-vp-08"]["state"] == "approved"
    assert articles["congttdt-vp-04"]["state"] == "held"
    shown = {
        (row["article"], row["channel"]): row["state"]
        for row in json.loads(second_day("deliveries", "--json"))
        if row["errand"] == "post"
    }
    assert shown[articles["congttdt-vp-06"]["id"], "cong"] == "withdrawn"
    assert shown[articles["congttdt-vp-07"]["id"], "cong"] == "sent"
    assert "TAKE DOWN" not in second_day("deliveries", "--take-down")
    assert shown[articles["congttdt-vp-06"]["id"], "loa"] == "withdrawn"
    assert second_day("deliveries", "--take-down").strip() == ""


def test_the_embargo_ends_by_the_clock_alone(second_day: Office) -> None:
    second_day("once", "--now", "2026-12-01T07:59:59+07:00")
    held = next(a for a in second_day.articles() if a["guid"] == "congttdt-vp-04")
    assert held["state"] == "held"
    second_day("once", "--now", "2026-12-01T08:00:00+07:00")
    free = next(a for a in second_day.articles() if a["guid"] == "congttdt-vp-04")
    assert free["state"] == "approved"


def test_twice_is_once(first_day: Office) -> None:
    before = first_day("deliveries", "--json")
    first_day("once", "--now", "2026-11-23T08:00:00+07:00")
    assert first_day("deliveries", "--json") == before


def test_people_release_what_waits_for_people(second_day: Office) -> None:
    articles = {a["title"]: a["id"] for a in second_day.articles()}
    critical = next(i for title, i in articles.items() if title.startswith("Chấn chỉnh"))
    for name in ("minh", "hoa"):
        second_day("user", "add", name, "--role", "approver")
    second_day("user", "add", "lan", "--role", "editor")
    assert "quyền" in second_day("approve", str(critical), "--as", "lan", fails=True)
    assert "second person" in second_day("approve", str(critical), "--as", "minh")
    second_day("approve", str(critical), "--as", "minh")
    second_day("pause", "cong", "--reason", "bảo trì")
    assert "cong (PAUSED: resume it)" in second_day("approve", str(critical), "--as", "hoa")
    second_day("resume", "cong", "--reason", "xong")
    draft = next(a["id"] for a in second_day.articles() if "not-approved" in a["reasons"])
    assert "chưa duyệt" in second_day("approve", str(draft), "--as", "hoa", fails=True)
    second_day("once", "--now", "2026-11-24T09:00:00+07:00")
    rows = [row for row in json.loads(second_day("deliveries", "--json")) if row["article"] == critical]
    assert {row["channel"]: row["state"] for row in rows} == {"cong": "sent", "bao-chi": "sent"}
    second_day("withdraw", str(critical), "--reason", "sai số liệu", "--as", "hoa")
    assert "holds" in second_day("audit", "verify")


def test_a_real_office_is_not_rehearsed_in(tmp_path: Path) -> None:
    office = Office(tmp_path / "office")
    office("collect")
    before = office("deliveries", "--json")
    message = office("once", "--now", "2026-11-23T08:00:00+07:00", fails=True)
    assert "real one" in message
    said = office("once", "--now", "2026-11-23T08:00:00+07:00", "--dry-run")
    assert "cong" in said
    assert office("deliveries", "--json") == before
    rows = json.loads(before)
    assert {row["state"] for row in rows} == {"queued"}
    lines = office("deliveries").splitlines()
    assert all(f" due {row['due_at']} " in f"{line} " for row, line in zip(rows, lines, strict=True))


def test_each_broken_feed_is_a_source_in_trouble(tmp_path: Path) -> None:
    office = Office(tmp_path / "office")
    files = sorted((FEEDS / "broken").iterdir())
    sources = "\n".join(
        f'  - {{id: hong-{n}, agency: A, url: "file:feeds/broken/{file.name}", approval: published}}'
        for n, file in enumerate(files)
    )
    head, tail = SCHEDULE.split("sources:")[0], SCHEDULE[SCHEDULE.index("channels:") :]
    (office.path / "schedule.yaml").write_text(f"{head}sources:\n{sources}\n{tail}")
    office("once", "--now", "2026-11-23T08:00:00+07:00")
    found = json.loads(office("sources", "--json"))
    assert len(found) == 6
    assert {source["state"] for source in found} == {"trouble"}
    assert all(source["reason"] and source["since"] for source in found)
    for article in office.articles():
        assert json.loads(office("show", str(article["id"]), "--json"))["text"].strip()
