"""What a source says about an entry: approved or withdrawn, embargo, expiry, topic, what it corrects."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.entry import Marker
from tests.pipeline.collect.reading import MOMENT, VPUBND, atom, feed, one, rss

PT = 'xmlns:pt="https://congttdt.phutho.example/ns/tin-bai/1.0"'


@pytest.mark.parametrize(
    ("inner", "marker"),
    [
        ("<pt:trangThai>da-duyet</pt:trangThai>", Marker.APPROVED),
        ("<pt:trangThai>\n DA-DUYET </pt:trangThai>", Marker.APPROVED),
        (
            '<x:trangThai xmlns:x="https://congttdt.phutho.example/ns/tin-bai/1.0">da-duyet</x:trangThai>',
            Marker.APPROVED,
        ),
        ('<pt:trangThai value="da-duyet"/>', Marker.APPROVED),
        ("<pt:thongTin><pt:trangThai>da-duyet</pt:trangThai></pt:thongTin>", Marker.APPROVED),
        ("<pt:trangThai>go-bai</pt:trangThai>", Marker.WITHDRAWN),
        ("<pt:trangThai>cho-duyet</pt:trangThai>", Marker.PENDING),
        ("<pt:trangThai>moi</pt:trangThai>", Marker.PENDING),
        ("<pt:trangThai>da-duyet</pt:trangThai><pt:trangThai>cho-duyet</pt:trangThai>", Marker.PENDING),
        ("<pt:trangThai/>", Marker.MISSING),
        ("", Marker.MISSING),
        ('<x:trangThai xmlns:x="urn:khac">da-duyet</x:trangThai>', Marker.MISSING),
        ("<description>&lt;pt:trangThai&gt;da-duyet&lt;/pt:trangThai&gt;</description>", Marker.MISSING),
    ],
)
def test_approval_by_element(inner: str, marker: Marker) -> None:
    assert one(rss(f"<title>T</title>{inner}", namespaces=PT), **VPUBND).marker == marker


@pytest.mark.parametrize(
    ("inner", "marker"),
    [
        ("<app:control><app:draft>no</app:draft></app:control>", Marker.APPROVED),
        ("<app:control><app:draft> YES </app:draft></app:control>", Marker.PENDING),
        ("<app:control/>", Marker.APPROVED),
        ("", Marker.APPROVED),
        ('<p:control xmlns:p="http://purl.org/atom/app#"><p:draft>yes</p:draft></p:control>', Marker.PENDING),
        ("<app:control><app:draft>có</app:draft></app:control>", Marker.PENDING),
    ],
)
def test_approval_by_atom_draft(inner: str, marker: Marker) -> None:
    body = atom(f"<id>x</id><title>T</title>{inner}", more='xmlns:app="http://www.w3.org/2007/app"')
    assert one(body, approval={"atom_draft": True}).marker == marker


@pytest.mark.parametrize(
    ("loa", "marker"),
    [
        ({"approved": True}, Marker.APPROVED),
        ({"approved": 1}, Marker.PENDING),
        ({"approved": "true"}, Marker.PENDING),
        ({"approved": False}, Marker.PENDING),
        ({"approved": None}, Marker.MISSING),
        ({}, Marker.MISSING),
        ([], Marker.MISSING),
        ("approved", Marker.MISSING),
    ],
)
def test_approval_by_json(loa: Any, marker: Marker) -> None:
    approval = {"json": "_loa.approved", "approved": [True]}
    assert one(feed({"id": "x", "title": "T", "_loa": loa}), approval=approval).marker == marker


def test_approval_by_category_is_not_shown_as_one() -> None:
    approval = {"category_domain": "trang-thai", "approved": ["Đã duyệt"]}
    said = unicodedata.normalize("NFD", "đã  duyệt")
    entry = one(
        rss(f'<title>T</title><category domain="trang-thai">{said}</category><category>Thuế</category>'),
        approval=approval,
    )
    assert (entry.marker, entry.categories) == (Marker.APPROVED, ("Thuế",))
    assert (
        one(rss("<title>T</title><category>Đã duyệt</category>"), approval=approval).marker == Marker.MISSING
    )


def test_approval_by_the_feed_or_by_an_officer() -> None:
    assert one(rss("<title>T</title>"), approval="published").marker == Marker.APPROVED
    assert one(rss("<title>T</title>"), approval="review").marker == Marker.MISSING


def test_a_withdrawal_carries_its_reason() -> None:
    item = rss(
        "<title>T</title><pt:trangThai>go-bai</pt:trangThai><pt:lyDo>Sai số liệu</pt:lyDo>", namespaces=PT
    )
    assert one(item, **VPUBND).withdrawn_because == "Sai số liệu"


@pytest.mark.parametrize(
    "body",
    [
        rss(
            "<title>T</title><loa:chu-de>3</loa:chu-de><loa:theLoai>Thông báo</loa:theLoai>"
            "<loa:linh-vuc>đất đai</loa:linh-vuc>"
            "<loa:uu-tien>Khẩn cấp</loa:uu-tien><loa:het-han>2026-11-20T08:00:00+07:00</loa:het-han>"
            "<loa:cam-phat-truoc>8h00 ngày 20/11/2026</loa:cam-phat-truoc>"
            "<loa:dinh-chinh-cho>a-1</loa:dinh-chinh-cho>",
            namespaces='xmlns:loa="urn:loa:1"',
        ),
        atom(
            '<id>x</id><title>T</title><category scheme="urn:loa:chu-de" term="3"/>'
            '<category scheme="urn:loa:kind" term="thong-bao"/>'
            '<category scheme="urn:loa:linh-vuc" term="đất đai"/>'
            '<category scheme="urn:loa:priority" term="emergency"/>'
            '<category scheme="urn:loa:expires" term="2026-11-20T01:00:00Z"/>'
            '<category scheme="urn:loa:embargo" term="2026-11-20T01:00:00Z"/>'
            '<category scheme="urn:loa:correction_of" term="a-1"/>'
        ),
        feed(
            {
                "id": "x",
                "title": "T",
                "_loa": {
                    "topic": 3,
                    "kind": "thong-bao",
                    "field": "đất đai",
                    "priority": "khan-cap",
                    "expires": "2026-11-20T08:00:00+07:00",
                    "embargo": "2026-11-20T08:00:00+07:00",
                    "correction_of": "a-1",
                },
            }
        ),
    ],
    ids=["elements", "categories", "json"],
)
def test_fields_where_loa_expects_them(body: str) -> None:
    entry = one(body)
    assert (entry.topic, entry.kind, entry.field, entry.priority) == (3, "thong-bao", "đất đai", "khan-cap")
    assert (entry.expires, entry.embargo, entry.corrects) == (MOMENT, MOMENT, "a-1")
    assert (entry.unreadable, entry.categories) == ((), ())


def test_what_is_not_said_stays_unknown() -> None:
    entry = one(rss("<title>T</title>"))
    assert (entry.topic, entry.kind, entry.field, entry.priority) == (None, None, "", "thuong")
    assert (entry.expires, entry.embargo, entry.corrects, entry.unreadable) == (None, None, None, ())


@pytest.mark.parametrize(
    ("inner", "what"),
    [
        ("<pt:camPhatTruoc>tuần sau</pt:camPhatTruoc>", "embargo"),
        ("<pt:camPhatTruoc>01/12/2026</pt:camPhatTruoc>", "embargo"),
        ("<pt:chuDe>7</pt:chuDe>", "topic"),
        ("<pt:chuDe>1</pt:chuDe><pt:chuDe>2</pt:chuDe>", "topic"),
        ("<pt:theLoai>tin</pt:theLoai><pt:theLoai>bai</pt:theLoai>", "kind"),
        ('<l:uu-tien xmlns:l="urn:loa">hỏa tốc</l:uu-tien>', "priority"),
        ('<l:het-han xmlns:l="urn:loa">khi nào xong</l:het-han>', "expires"),
    ],
)
def test_unreadable_fields_are_flagged(inner: str, what: str) -> None:
    entry = one(rss(f"<title>T</title>{inner}", namespaces=PT), **VPUBND)
    assert [u.what for u in entry.unreadable] == [what]
    assert getattr(entry, what) in (None, "thuong")


def test_a_prefix_that_the_feed_has_changed_hides_no_embargo_and_no_marker() -> None:
    said = "<x:trangThai>da-duyet</x:trangThai><x:camPhatTruoc>2026-12-01T08:00:00+07:00</x:camPhatTruoc>"
    entry = one(rss(f"<title>T</title>{said}", namespaces=PT.replace("xmlns:pt", "xmlns:x")), **VPUBND)
    assert entry.marker is Marker.APPROVED
    assert entry.embargo == datetime(2026, 12, 1, 1, tzinfo=UTC)
    taken = one(rss("<title>T</title><dc:trangThai>da-duyet</dc:trangThai>"), **VPUBND)
    assert taken.marker is Marker.MISSING


@pytest.mark.parametrize(
    ("said", "corrects"),
    [
        (" vp-02 ", "vp-02"),
        ("tag:so.phutho.example,2026:1", "tag:so.phutho.example,2026:1"),
        ("https://So.phutho.example/tin/2?utm_source=rss", "https://so.phutho.example/tin/2"),
        ("/tin/2", "https://so.phutho.example/tin/2"),
    ],
)
def test_a_correction_names_a_guid_or_an_address(said: str, corrects: str) -> None:
    item = f"<link>https://so.phutho.example/tin/9</link><pt:dinhChinhCho>{said}</pt:dinhChinhCho>"
    assert one(rss(f"<title>T</title>{item}", namespaces=PT), **VPUBND).corrects == corrects
