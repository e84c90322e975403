"""The stand-ins' HTTP server reads what clients send, byte for byte, and hangs up when it is told to."""

import ast
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

import demo
from demo.server import Reply, Request, StandIn


class Echo(StandIn):
    """Answers with the request's own body."""

    def answer(self, request: Request) -> Reply:
        return Reply(request.body, content_type=request.content_type or "text/plain")


@pytest.fixture
def echo() -> Iterator[Echo]:
    with Echo() as server:
        yield server


@given(
    st.binary(max_size=400) | st.just(b"\r\n--loa\r"),
    st.text(max_size=40),
    st.sampled_from(["a.png", "ảnh.png"]),
)
def test_multipart_comes_back_as_it_was_sent(content: bytes, text: str, name: str) -> None:
    fields = {"caption": (None, text), "photo": (name, content)}
    sent = requests.Request("POST", "http://loa.example/", files=fields).prepare()
    assert isinstance(sent.body, bytes)
    headers = {key.lower(): value for key, value in sent.headers.items()}
    given_fields, files = Request("POST", "/", headers, sent.body).multipart()
    assert (given_fields, files["photo"].content) == ({"caption": text}, content)


@pytest.mark.parametrize(
    "body", [b"", b"--b\r\n", b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx']
)
def test_a_broken_multipart_is_an_error(body: bytes) -> None:
    with pytest.raises((ValueError, KeyError)):
        Request("POST", "/", {"content-type": "multipart/form-data; boundary=b"}, body).multipart()


def test_one_connection_serves_many_requests(echo: Echo) -> None:
    with requests.Session() as session:
        for number in range(3):
            assert session.post(echo.url, data=str(number), timeout=5).text == str(number)
        assert session.head(echo.url, timeout=5).content == b""


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GARBAGE\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"411"),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b"413"),
    ],
)
def test_refuses_what_it_cannot_read(echo: Echo, sent: bytes, status: bytes) -> None:
    with socket.create_connection(("127.0.0.1", int(echo.url.rpartition(":")[2])), timeout=5) as client:
        client.sendall(sent)
        assert client.recv(200).split()[1] == status


def test_leaving_hangs_up_on_those_who_wait() -> None:
    with Echo() as server:
        client = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=5)
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert client.recv(200).startswith(b"HTTP/1.1 200 OK")
    assert client.recv(200) == b""
    client.close()


STAND_INS = (
    "agencies door faults pictures server telegram telegram_html telegram_rules truth "
    "zalo zalo_bot zalo_rules"
)


@pytest.mark.parametrize("name", STAND_INS.split())
def test_stand_ins_know_nothing_of_our_own_code(name: str) -> None:
    tree = ast.parse((Path(demo.__file__).parent / f"{name}.py").read_text())
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    assert {one.partition(".")[0] for one in imported} <= sys.stdlib_module_names | {"demo", "PIL"}
