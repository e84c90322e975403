"""The guarded GET against servers that drip, burst, lie, redirect inwards and change their name's address."""

from __future__ import annotations

import base64
import gzip
import os
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect import fetch
from pipeline.collect.fetch import Fetcher, FetchTrouble, read_file, same_host
from tests.channels.wire import HELD, SOON, Act, closed_port, cut, drip, raw, reset, silence, wire
from tests.pipeline.collect.acts import go_to, send

RSS = b"<rss/>"


@pytest.fixture(scope="module")
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(contact="https://loa.example") as value:
        yield value


# What a source says when all is well


def test_a_second_fetch_sends_the_validators_verbatim_and_learns_that_nothing_changed(
    fetcher: Fetcher,
) -> None:
    etag, date = 'W/"a, b"', "thứ nào đó".encode().decode("latin-1")
    with wire(
        raw(RSS, 200, 'ETag: W/"a, b"', "Last-Modified: thứ nào đó", "Content-Type: text/xml"), raw(b"", 304)
    ) as server:
        first = fetcher.fetch(server.url + "/rss", allow_private=True)
        second = fetcher.fetch(
            server.url + "/rss", etag=first.etag, last_modified=first.last_modified, allow_private=True
        )
    assert (first.status, first.body, first.content_type) == (200, RSS, "text/xml")
    assert (first.etag, first.last_modified) == (etag, date)
    assert (second.status, second.body, second.etag, second.last_modified) == (304, b"", etag, date)
    assert server.requests[1].headers["if-none-match"] == etag
    assert server.requests[0].headers["user-agent"] == "Loa/0.1 (+https://loa.example)"
    assert "if-none-match" not in server.requests[0].headers


@pytest.mark.parametrize("status", [200, 304])
def test_a_connection_is_kept_for_the_next_poll(fetcher: Fetcher, status: int) -> None:
    accepted = []

    def answer_twice(connection: socket.socket) -> None:
        accepted.append(connection)
        body = RSS if status == 200 else b""
        answer = f"HTTP/1.1 {status} X\r\nETag: x\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        connection.sendall(answer)
        while not connection.recv(65536).endswith(b"\r\n\r\n"):
            pass
        connection.sendall(answer)

    with wire(answer_twice) as server:
        for _ in range(2):
            assert fetcher.fetch(server.url, etag="x", allow_private=True).status == status
    assert len(accepted) == 1


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(RSS, mtime=0)),
        ("X-GZip", gzip.compress(RSS, mtime=0)),
        ("deflate", zlib.compress(RSS)),
        ("identity", RSS),
    ],
)
def test_compressed_bodies_are_opened(fetcher: Fetcher, encoding: str, body: bytes) -> None:
    with wire(raw(body, 200, f"Content-Encoding: {encoding}")) as server:
        assert fetcher.fetch(server.url, allow_private=True).body == RSS


def test_chunked_bodies_are_joined(fetcher: Fetcher) -> None:
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<rs\r\n3\r\ns/>\r\n0\r\n\r\n"
    with wire(send(answer)) as server:
        assert fetcher.fetch(server.url, allow_private=True).body == RSS


def test_max_age_is_reported(fetcher: Fetcher) -> None:
    with wire(raw(RSS, 200, "Cache-Control: public, Max-Age=600")) as server:
        assert fetcher.fetch(server.url, allow_private=True).max_age == timedelta(minutes=10)


def test_cookies_and_proxies_of_the_environment_mean_nothing(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, closed_port())
    monkeypatch.delenv("no_proxy", raising=False)
    with wire(raw(RSS, 200, "Set-Cookie: a=b")) as server:
        fetcher.fetch(server.url, allow_private=True)
        fetcher.fetch(server.url, allow_private=True)
    assert "cookie" not in server.requests[1].headers


def test_many_threads_share_a_fetcher(fetcher: Fetcher) -> None:
    got: list[bytes] = []
    with wire(raw(RSS, 200)) as server:
        threads = [
            threading.Thread(target=lambda: got.append(fetcher.fetch(server.url, allow_private=True).body))
            for _ in range(24)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert got == [RSS] * 24


def test_a_connection_that_was_closed_meanwhile_is_opened_anew(fetcher: Fetcher) -> None:
    """The server closes without a word; whether the client sees it in time is a race."""
    with wire(raw(RSS, 200)) as server:
        for _ in range(20):
            assert fetcher.fetch(server.url, allow_private=True).body == RSS


# Time and size


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(silence, id="silence"),
        pytest.param(drip, id="a header that never ends"),
        pytest.param(send(b"HTTP/1.1 100 Continue\r\n\r\n" * 100, pause=0.005), id="interim answers"),
        pytest.param(send(b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 1000, pause=HELD / 1000), id="a dripping body"),
        pytest.param(
            send(
                b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08" + bytes(6) + b"n" * 1000,
                pause=HELD / 1000,
            ),
            id="a gzip header that yields nothing",
        ),
        pytest.param(
            send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0" * 1000, pause=HELD / 1000),
            id="a chunk size that never ends",
        ),
    ],
)
def test_the_deadline_is_total(fetcher: Fetcher, act: Act) -> None:
    with wire(act) as server:
        start = time.monotonic()
        with pytest.raises(FetchTrouble, match="Quá 0,8 giây"):
            fetcher.fetch(server.url, allow_private=True, deadline=0.8)
    assert time.monotonic() - start < SOON


def test_redirects_share_one_deadline(fetcher: Fetcher) -> None:
    def slow(connection: socket.socket) -> None:
        time.sleep(0.3)
        go_to("/again")(connection)

    with wire(slow) as server:
        with pytest.raises(FetchTrouble, match="Quá 0,7 giây"):
            fetcher.fetch(server.url, allow_private=True, deadline=0.7)
        assert len(server.requests) <= 3


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_bomb_stops_at_the_cap(fetcher: Fetcher, encoding: str) -> None:
    packer = zlib.compressobj(9, wbits=31 if encoding == "gzip" else 15)
    bomb = b"".join(packer.compress(bytes(2**20)) for _ in range(100)) + packer.flush()
    with wire(raw(bomb, 200, f"Content-Encoding: {encoding}")) as server:
        tracemalloc.start()
        try:
            with pytest.raises(FetchTrouble, match="lớn hơn 1 MB"):
                fetcher.fetch(server.url, allow_private=True, cap=2**20)
            assert tracemalloc.get_traced_memory()[1] < 6 * 2**20
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize("length", ["", "Content-Length: 10\r\n"])
def test_the_cap_does_not_ask_content_length(fetcher: Fetcher, length: str) -> None:
    """A body as long as it likes: with a length that lies, only what was promised is read."""
    with wire(send(f"HTTP/1.1 200 OK\r\n{length}\r\n".encode() + b"a" * 3000)) as server:
        if length:
            assert fetcher.fetch(server.url, allow_private=True, cap=1000).body == b"a" * 10
        else:
            with pytest.raises(FetchTrouble, match="lớn hơn"):
                fetcher.fetch(server.url, allow_private=True, cap=1000)


def test_a_body_of_exactly_the_cap_passes(fetcher: Fetcher) -> None:
    with wire(raw(b"a" * 1000, 200)) as server:
        assert len(fetcher.fetch(server.url, allow_private=True, cap=1000).body) == 1000


# Trouble is named


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (cut, "ngắt giữa chừng"),
        (reset, "ngắt kết nối"),
        (send(b"xin chao\r\n\r\n"), "sai giao thức"),
        (raw(b"khong phai gzip", 200, "Content-Encoding: gzip"), "nén bị hỏng"),
        (
            raw(gzip.compress(gzip.compress(RSS, mtime=0)), 200, "Content-Encoding: gzip, gzip"),
            "cách Loa không nhận",
        ),
        (raw(RSS, 200, "Content-Encoding: br"), "cách Loa không nhận"),
        (send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc"), "ngắt giữa chừng"),
        (raw(b"", 304), "304"),
        (raw(b"", 204), "mã 204"),
        (raw(b"x", 404), "mã 404: không có địa chỉ này"),
        (raw(b"x", 502), "mã 502: máy chủ gặp lỗi"),
        (go_to("ftp://a.example/"), "không dùng được"),
        (go_to("http://[::1/"), "không dùng được"),
    ],
)
def test_trouble_is_named_without_secrets(fetcher: Fetcher, act: Act, reason: str) -> None:
    with wire(act) as server:
        address = server.url.replace("//", "//nguoi:matkhau@") + "/rss?token=bimat"
        with pytest.raises(FetchTrouble, match=reason) as caught:
            fetcher.fetch(address, allow_private=True, deadline=5)
    assert "bimat" not in str(caught.value)
    assert "matkhau" not in str(caught.value)
    assert not caught.value.gone


def test_a_port_where_nobody_listens(fetcher: Fetcher) -> None:
    with pytest.raises(FetchTrouble, match="từ chối kết nối"):
        fetcher.fetch(closed_port(), allow_private=True)


@pytest.mark.parametrize(
    "url", ["", "rss.xml", "file:///etc/passwd", "ftp://a.example/", "http://", "http://[::1/"]
)
def test_what_is_no_web_address_is_refused(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(FetchTrouble, match="Địa chỉ không hợp lệ"):
        fetcher.fetch(url, allow_private=True)


def test_gone_is_gone(fetcher: Fetcher) -> None:
    with wire(raw(b"", 410)) as server, pytest.raises(FetchTrouble) as caught:
        fetcher.fetch(server.url, allow_private=True)
    assert caught.value.gone


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_may_ask_for_patience(fetcher: Fetcher, status: int) -> None:
    with wire(raw(b"", status, "Retry-After: 120")) as server, pytest.raises(FetchTrouble) as caught:
        fetcher.fetch(server.url, allow_private=True)
    assert caught.value.retry_after == timedelta(minutes=2)


NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("Mon, 23 Nov 2026 01:10:00 GMT", timedelta(minutes=10)),
        ("Mon, 23 Nov 2026 00:10:00 GMT", timedelta(0)),
        ("999999999", timedelta(days=1)),
        ("mai", None),
        ("", None),
        ("-5", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, wait: timedelta | None) -> None:
    assert fetch._retry_after(value, NOW) == wait


@given(
    st.text() | st.integers().map(str) | st.datetimes().map(lambda d: d.strftime("%a, %d %b %Y %H:%M:%S GMT"))
)
def test_retry_after_is_never_endless(value: str) -> None:
    wait = fetch._retry_after(value, NOW)
    assert wait is None or timedelta(0) <= wait <= timedelta(days=1)


# Redirects


def test_only_permanent_redirects_all_the_way_move_a_source(fetcher: Fetcher) -> None:
    with wire(go_to("/b", 301), go_to("c d", 308), raw(RSS, 200)) as server:
        moved = fetcher.fetch(server.url + "/a", allow_private=True)
    assert moved.moved_to == moved.address == server.url + "/c%20d"
    with wire(go_to("/b", 301), go_to("/c", 302), raw(RSS, 200)) as server:
        seen = fetcher.fetch(server.url + "/a", allow_private=True)
    assert (seen.moved_to, seen.address) == (None, server.url + "/c")
    with wire(raw(RSS, 200)) as server:
        assert fetcher.fetch(server.url + "/a", allow_private=True).moved_to is None


def test_a_redirect_may_hold_raw_utf8(fetcher: Fetcher) -> None:
    with wire(go_to("/tin-tức"), raw(RSS, 200)) as server:
        fetcher.fetch(server.url, allow_private=True)
    assert server.paths()[1] == "/tin-t%E1%BB%A9c"


def test_five_redirects_are_followed_and_no_more(fetcher: Fetcher) -> None:
    with wire(*[go_to("/x")] * 5, raw(RSS, 200)) as server:
        assert fetcher.fetch(server.url, allow_private=True).status == 200
    with wire(go_to("/x")) as server:
        with pytest.raises(FetchTrouble, match="quá 5 lần"):
            fetcher.fetch(server.url, allow_private=True)
        assert len(server.requests) == 6


def test_https_never_falls_back_to_http() -> None:
    with pytest.raises(FetchTrouble, match="sang http"):
        fetch._next("https://a.example/rss", "http://a.example/rss")
    assert fetch._next("http://a.example/rss", "//b.example/x#y") == "http://b.example/x"


def test_a_password_goes_to_its_own_origin_alone(fetcher: Fetcher) -> None:
    with wire(raw(RSS, 200)) as other, wire(go_to("/b"), go_to(other.url)) as server:
        fetched = fetcher.fetch(server.url.replace("//", "//loa:matkhau@") + "/a", allow_private=True)
    basic = "Basic " + base64.b64encode(b"loa:matkhau").decode()
    assert [r.headers.get("authorization") for r in server.requests] == [basic, basic]
    assert "authorization" not in other.requests[0].headers
    assert "matkhau" not in fetched.address


def test_a_password_in_a_redirect_is_dropped(fetcher: Fetcher) -> None:
    with wire(raw(RSS, 200)) as server:
        server.acts.appendleft(go_to(server.url.replace("//", "//ai:do@"), 301))
        assert "ai:do" not in str(fetcher.fetch(server.url, allow_private=True).moved_to)
    assert "authorization" not in server.requests[1].headers


def test_hosts_are_compared_without_case_and_port() -> None:
    assert same_host("http://A.example:81/x", "https://a.example/y")
    assert not same_host("http://a.example/", "http://b.example/")
    assert not same_host("http://a.example/", "http://a.example.b.example/")
    assert not same_host("nothing", "nothing")
    assert not same_host("http://[::1/", "http://[::1/")


# Files


def test_a_file_is_fetched_like_a_feed(tmp_path: Path) -> None:
    path = tmp_path / "tin tức.xml"
    path.write_bytes(RSS)
    first = read_file(path)
    assert (first.status, first.body, first.address) == (200, RSS, path.as_uri())
    again = read_file(path, etag=first.etag)
    assert (again.status, again.body, again.etag) == (304, b"", first.etag)
    path.write_bytes(RSS + b" ")
    assert read_file(path, etag=first.etag).status == 200


def test_files_in_trouble(tmp_path: Path) -> None:
    big, pipe = tmp_path / "to.xml", tmp_path / "ong"
    big.write_bytes(b"a" * 11)
    os.mkfifo(pipe)
    for path, reason in (
        (tmp_path / "khong-co.xml", "Không có tệp"),
        (tmp_path, r"không phải là tệp thường|Không đọc được"),
        (pipe, "không phải là tệp thường"),
        (Path("/dev/zero"), "không phải là tệp thường"),
        (big, "lớn hơn"),
    ):
        with pytest.raises(FetchTrouble, match=reason):
            read_file(path, cap=10)
    assert read_file(big, cap=11).body == b"a" * 11
