"""Where connections may go, whom they trust, and how long names and handshakes may take."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect import connect
from pipeline.collect.connect import permitted
from pipeline.collect.fetch import Fetcher, FetchTrouble
from tests.channels.wire import HELD, SOON, Act, raw, silence, wire
from tests.pipeline.collect.acts import go_to, listening, send

RSS = b"<rss/>"


@pytest.fixture(scope="module")
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(contact="https://loa.example") as value:
        yield value


@pytest.fixture
def first_loopback_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """127.0.0.1 stands for a public host; every other address stays what it is."""
    real = connect.permitted
    monkeypatch.setattr(connect, "permitted", lambda ip, *, inner: ip == "127.0.0.1" or real(ip, inner=inner))


# Addresses


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "169.254.1.1",
        "0.0.0.0", "255.255.255.255", "224.0.0.1", "192.0.0.8", "198.18.0.1", "240.0.0.1", "192.88.99.1",
        "168.63.129.16", "100.100.100.200", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1",
        "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "fe80::1%2", "fec0::1", "fc00::1",
        "fd00:ec2::254", "ff02::1", "5f00::1", "2001:db8::1", "3fff::1",
    ],
)  # fmt: skip
def test_inner_addresses_are_refused(address: str) -> None:
    assert not permitted(address, inner=False)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "113.160.1.1", "::ffff:1.1.1.1", "2606:4700::1111", "2405:4800::1"]
)
def test_public_addresses_are_permitted(address: str) -> None:
    assert permitted(address, inner=False)
    assert permitted(address, inner=True)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "100.64.0.1", "::1", "fd12::1"])
def test_a_source_may_open_inner_addresses(address: str) -> None:
    assert permitted(address, inner=True)


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "::ffff:169.254.169.254", "100.100.100.200", "fd00:ec2::254", "168.63.129.16",
     "169.254.1.1", "fe80::1", "0.0.0.0", "::", "224.0.0.1", "64:ff9b::a00:1"],
)  # fmt: skip
def test_no_source_may_open_a_clouds_keys_or_what_is_no_host(address: str) -> None:
    assert not permitted(address, inner=True)


@given(st.ip_addresses(v=4), st.booleans())
def test_a_mapped_address_is_judged_as_the_one_it_stands_for(ip: IPv4Address, inner: bool) -> None:
    assert permitted(f"::ffff:{ip}", inner=inner) == permitted(str(ip), inner=inner)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "[::1]", "0",
     "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "１２７.0.0.1", "127.0.0.1.", "LOCALHOST"],
)  # fmt: skip
def test_no_spelling_of_loopback_gets_in(fetcher: Fetcher, host: str) -> None:
    with wire(raw(RSS, 200)) as server:
        with pytest.raises(FetchTrouble, match=r"bị chặn|không hợp lệ|Không có tên miền"):
            fetcher.fetch(server.url.replace("127.0.0.1", host))
        assert server.requests == []


@pytest.mark.usefixtures("first_loopback_is_public")
def test_a_public_host_cannot_redirect_inside(fetcher: Fetcher) -> None:
    with wire(raw(RSS, 200)) as inside:
        with wire(go_to(inside.url.replace("127.0.0.1", "localhost.") + "/"), raw(RSS, 200)) as outside:
            inner = inside.url.replace("127.0.0.1", "127.0.0.2")
            outside.acts[0] = go_to(inner)
            for allow in (False, True):
                outside.acts.appendleft(go_to(inner))
                with pytest.raises(FetchTrouble, match="bị chặn"):
                    fetcher.fetch(outside.url, allow_private=allow)
        assert inside.requests == []


def test_a_source_that_may_be_inside_opens_its_own_host_alone(fetcher: Fetcher) -> None:
    with wire(raw(RSS, 200)) as other:
        for place in (
            other.url.replace("127.0.0.1", "127.0.0.2"),
            "http://169.254.169.254/latest/meta-data/",
        ):
            with wire(go_to(place)) as server, pytest.raises(FetchTrouble, match="bị chặn"):
                fetcher.fetch(server.url, allow_private=True)
        assert other.requests == []


def test_a_connection_opened_for_one_source_is_not_lent_to_another(fetcher: Fetcher) -> None:
    def stay(connection: socket.socket) -> None:
        raw(RSS, 200)(connection)
        silence(connection)

    with wire(stay) as server:
        fetcher.fetch(server.url, allow_private=True)
        with pytest.raises(FetchTrouble, match="bị chặn"):
            fetcher.fetch(server.url)
        assert len(server.requests) == 1


@pytest.mark.usefixtures("first_loopback_is_public")
def test_the_address_that_was_checked_is_the_one_connected_to(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers with a public address first and an inner one next gets no second question."""
    asked: list[str] = []

    def rebind(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        ip = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))]

    with wire(raw(RSS, 200)) as server:
        monkeypatch.setattr(socket, "getaddrinfo", rebind)
        url = server.url.replace("127.0.0.1", "doi.example")
        assert fetcher.fetch(url).body == RSS
        assert asked == ["doi.example"]
        assert server.requests[0].headers["host"].startswith("doi.example:")
        with pytest.raises(FetchTrouble, match="bị chặn"):
            fetcher.fetch(url)


@pytest.mark.usefixtures("first_loopback_is_public")
def test_a_name_with_an_inner_address_among_others_is_refused(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    with wire(raw(RSS, 200)) as server:
        port = int(server.url.rpartition(":")[2])
        answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ("127.0.0.1", "10.0.0.1")]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)
        with pytest.raises(FetchTrouble, match=r"10\.0\.0\.1"):
            fetcher.fetch(f"http://hai.example:{port}/")
        assert server.requests == []


def test_the_next_address_is_tried_where_one_fails(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    with wire(raw(RSS, 200)) as server:
        port = int(server.url.rpartition(":")[2])
        answer = [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)),
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)
        assert fetcher.fetch(f"http://hai.example:{port}/", allow_private=True).body == RSS


def test_a_name_server_that_is_silent_is_within_the_deadline(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    awake = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: awake.wait(HELD) and [])
    start = time.monotonic()
    with pytest.raises(FetchTrouble, match=r"Không tra được tên miền cham\.example"):
        fetcher.fetch("http://cham.example/", deadline=0.3)
    assert time.monotonic() - start < SOON
    awake.set()


def test_a_tls_handshake_is_within_the_deadline(fetcher: Fetcher) -> None:
    with listening(silence) as port:
        start = time.monotonic()
        with pytest.raises(FetchTrouble, match="Quá 0,5 giây"):
            fetcher.fetch(f"https://127.0.0.1:{port}/", allow_private=True, deadline=0.5)
    assert time.monotonic() - start < SOON


@pytest.mark.parametrize(
    ("errno", "reason"), [(socket.EAI_NONAME, "Không có tên miền"), (socket.EAI_AGAIN, "không trả lời")]
)
def test_names_that_do_not_resolve(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, errno: int, reason: str
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise socket.gaierror(errno, "quoted")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(FetchTrouble, match=reason):
        fetcher.fetch("http://khongco.example/")


# TLS


def certificate(path: Path, name: str, *, days: int = 2) -> tuple[Path, ssl.SSLContext]:
    """A self-signed certificate for `name`, and a context that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(pem + secret)
    return path, ssl.create_default_context(cadata=pem.decode())


def over_tls(pem: Path, act: Act) -> Act:
    """One answer behind TLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)

    def serve(connection: socket.socket) -> None:
        with suppress(OSError), context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(65536)
            act(secured)

    return serve


@pytest.mark.parametrize(
    ("name", "days", "trusted", "reason"),
    [
        ("localhost", 2, True, None),
        ("localhost", 2, False, "chứng chỉ tự ký"),
        ("khac.example", 2, True, "tên miền khác"),
        ("localhost", -1, True, "hết hạn"),
    ],
)
def test_certificates_are_verified(
    tmp_path: Path, name: str, days: int, trusted: bool, reason: str | None
) -> None:
    pem, context = certificate(tmp_path / "a.pem", name, days=days)
    context = context if trusted else ssl.create_default_context()
    with listening(over_tls(pem, raw(RSS, 200))) as port, Fetcher(tls=context) as fetcher:
        url = f"https://localhost:{port}/"
        if reason:
            with pytest.raises(FetchTrouble, match=reason):
                fetcher.fetch(url, allow_private=True)
        else:
            assert fetcher.fetch(url, allow_private=True).body == RSS


def test_the_default_trust_refuses_a_stranger(tmp_path: Path, fetcher: Fetcher) -> None:
    pem, _ = certificate(tmp_path / "a.pem", "localhost")
    with listening(over_tls(pem, raw(RSS, 200))) as port, pytest.raises(FetchTrouble, match="tự ký"):
        fetcher.fetch(f"https://localhost:{port}/", allow_private=True)


def test_a_dripping_body_over_tls_is_within_the_deadline(tmp_path: Path) -> None:
    pem, context = certificate(tmp_path / "a.pem", "localhost")
    dripping = send(b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 1000, pause=HELD / 1000)
    start = time.monotonic()
    with (
        listening(over_tls(pem, dripping)) as port,
        Fetcher(tls=context) as fetcher,
        pytest.raises(FetchTrouble, match="Quá 0,6 giây"),
    ):
        fetcher.fetch(f"https://localhost:{port}/", allow_private=True, deadline=0.6)
    assert time.monotonic() - start < SOON


def test_plain_http_where_tls_is_expected(fetcher: Fetcher) -> None:
    plain = send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    with listening(plain) as port, pytest.raises(FetchTrouble, match="TLS"):
        fetcher.fetch(f"https://127.0.0.1:{port}/", allow_private=True)
