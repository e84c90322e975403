"""The Zalo stand-in refuses what Zalo refuses and publishes late; its truth is what readers see."""

import json
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from demo import zalo_bot
from demo.server import Reply, Request, StandIn
from demo.zalo import ZaloStandIn
from demo.zalo_rules import ACCESS_LASTS, PICTURE_BELOW, REFUSALS

APP: dict[str, Any] = {"app_id": "7", "secret": "s3", "refresh_token": "first", "code": "once"}
OAUTH = {"app_id": "7", "grant_type": "refresh_token", "refresh_token": "first"}


class Clock:
    """Seconds since 1970, as the test sets them."""

    now = 1_795_000_000.0

    def __call__(self) -> float:
        return self.now


class Gallery(StandIn):
    """A web server with one small cover, one that is exactly too big, and a page that is no picture."""

    def answer(self, request: Request) -> Reply:
        if request.path == "/trang.html":
            return Reply.html("<p>không phải ảnh</p>")
        out = BytesIO()
        Image.new("RGB", (64, 36), "navy").save(out, "PNG")
        fill = PICTURE_BELOW - len(out.getvalue()) if request.path == "/lớn.png" else 0
        return Reply(out.getvalue() + bytes(fill), content_type="image/png")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def gallery() -> Iterator[Gallery]:
    with Gallery() as server:
        yield server


@pytest.fixture
def zalo(clock: Clock) -> Iterator[ZaloStandIn]:
    with ZaloStandIn(**APP, bot_token="9:t", bot_chats=["nhom"], polls=2, now=clock) as server:
        yield server


@pytest.fixture
def access(zalo: ZaloStandIn) -> str:
    token: str = oauth(zalo)["access_token"]
    return token


def oauth(zalo: ZaloStandIn, secret: str = "s3", **fields: str) -> dict[str, Any]:
    url = f"{zalo.url}/v4/oa/access_token"
    answer = requests.post(url, data=OAUTH | fields, headers={"secret_key": secret}, timeout=5)
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


def call(zalo: ZaloStandIn, access: str, name: str, given: dict[str, Any]) -> dict[str, Any]:
    url = f"{zalo.url}/v2.0/article/{name}"
    answer = requests.post(url, json=given, headers={"access_token": access}, timeout=5)
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


def get(zalo: ZaloStandIn, access: str, name: str, **query: Any) -> dict[str, Any]:
    url = f"{zalo.url}/v2.0/article/{name}"
    body: dict[str, Any] = requests.get(url, params=query, headers={"access_token": access}, timeout=5).json()
    return body


def article(gallery: Gallery, **changes: Any) -> dict[str, Any]:
    return {
        "type": "normal",
        "title": "Tin mới",
        "author": "Văn phòng UBND tỉnh",
        "description": "Mô tả",
        "cover": {"cover_type": "photo", "photo_url": f"{gallery.url}/b%C3%ACa.png", "status": "show"},
        "body": [{"type": "text", "content": "Nội dung"}],
        "status": "show",
    } | changes


def shown(zalo: ZaloStandIn) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = requests.get(f"{zalo.url}/_truth", timeout=5).json()["shown"]
    return found


def publish(zalo: ZaloStandIn, access: str, given: dict[str, Any], how: str = "create") -> dict[str, Any]:
    token = call(zalo, access, how, given)["data"]["token"]
    for _ in range(2):
        assert call(zalo, access, "verify", {"token": token})["error"] == -214
    return call(zalo, access, "verify", {"token": token})


# By the name of the refusal: how the article differs from a good one.
WRONG: dict[str, Callable[[Gallery], dict[str, Any]]] = {
    "type": lambda _: {"type": "video"},
    "title": lambda _: {"title": "x" * 150},
    "author": lambda _: {"author": "x" * 51},
    "description": lambda _: {"description": "x" * 300},
    "cover": lambda _: {"cover": None},
    "cover-status": lambda g: {"cover": {"cover_type": "photo", "photo_url": f"{g.url}/a.png"}},
    "photo-url": lambda g: {
        "cover": {"cover_type": "photo", "photo_url": f"{g.url}/ảnh bìa.png", "status": "show"}
    },
    "blocks": lambda _: {"body": [{"type": "html", "content": "x"}]},
    "status": lambda _: {"status": "draft"},
}
# Those that need something else than a wrong article have tests of their own below.
TOLD_APART = {
    "access-token", "access-expired", "haste", "forbidden", "body", "article-token", "article-id",
    "processing", "picture", "slice", "window", "quota", "target", "elements",
    "upload-size", "upload-type", "app-id", "oauth-body", "secret",
    "code", "refresh-token", "grant-type",
}  # fmt: skip


def test_every_refusal_is_tried_and_cites_its_row() -> None:
    assert WRONG.keys() | TOLD_APART == REFUSALS.keys()
    assert all(refusal.row.startswith("channels.md, ") for refusal in REFUSALS.values())


@pytest.mark.parametrize("name", WRONG)
def test_refuses_an_article(zalo: ZaloStandIn, access: str, gallery: Gallery, name: str) -> None:
    answer = call(zalo, access, "create", article(gallery, **WRONG[name](gallery)))
    assert answer["error"] == REFUSALS[name].code
    assert answer["message"].startswith(REFUSALS[name].says.partition("{")[0])
    assert shown(zalo) == []


@pytest.mark.parametrize("field", ["title", "author", "description", "cover", "body"])
def test_refuses_an_article_without(zalo: ZaloStandIn, access: str, gallery: Gallery, field: str) -> None:
    given = article(gallery)
    del given[field]
    assert call(zalo, access, "create", given)["error"] == -201


def test_the_longest_texts_pass(zalo: ZaloStandIn, access: str, gallery: Gallery) -> None:
    given = article(gallery, title="đ" * 149, description="đ" * 299)
    assert call(zalo, access, "create", given)["error"] == 0


def test_an_article_is_there_only_after_it_was_processed(
    zalo: ZaloStandIn, access: str, gallery: Gallery
) -> None:
    assert call(zalo, access, "create", article(gallery))["error"] == 0
    assert shown(zalo) == []
    done = publish(zalo, access, article(gallery, title="Tin hai"))
    assert [one["title"] for one in shown(zalo)] == ["Tin hai"]
    assert shown(zalo)[0]["id"] == done["data"]["id"]


def test_verify_gives_the_same_id_every_time(zalo: ZaloStandIn, access: str, gallery: Gallery) -> None:
    token = call(zalo, access, "create", article(gallery))["data"]["token"]
    answers = [call(zalo, access, "verify", {"token": token}) for _ in range(5)]
    assert [answer["error"] for answer in answers] == [-214, -214, 0, 0, 0]
    assert len({answer["data"]["id"] for answer in answers[2:]}) == 1
    assert len(shown(zalo)) == 1


def test_an_article_appears_though_nobody_asks(
    zalo: ZaloStandIn, access: str, gallery: Gallery, clock: Clock
) -> None:
    call(zalo, access, "create", article(gallery))
    clock.now += 10
    found = get(zalo, access, "getslice", offset=0, limit=10, type="normal")["data"]
    assert (found["total"], [one["title"] for one in found["medias"]]) == (1, ["Tin mới"])
    assert len(shown(zalo)) == 1


@pytest.mark.parametrize("path", ["/l%E1%BB%9Bn.png", "/trang.html"])
def test_a_bad_picture_fails_only_at_verify(
    zalo: ZaloStandIn, access: str, gallery: Gallery, path: str
) -> None:
    cover = {"cover_type": "photo", "photo_url": gallery.url + path, "status": "show"}
    answer = publish(zalo, access, article(gallery, cover=cover))
    assert answer["error"] == REFUSALS["picture"].code
    assert shown(zalo) == []


def test_a_picture_in_the_body_must_be_reachable(zalo: ZaloStandIn, access: str, gallery: Gallery) -> None:
    body = [{"type": "image", "url": "http://127.0.0.1:1/a.png", "caption": "Ảnh"}]
    assert publish(zalo, access, article(gallery, body=body))["error"] == REFUSALS["picture"].code


def test_status_defaults_to_hide(zalo: ZaloStandIn, access: str, gallery: Gallery) -> None:
    given = article(gallery)
    del given["status"]
    number = publish(zalo, access, given)["data"]["id"]
    assert shown(zalo) == []
    assert get(zalo, access, "getdetail", id=number)["data"]["status"] == "hide"


def test_update_replaces_and_remove_takes_away(zalo: ZaloStandIn, access: str, gallery: Gallery) -> None:
    number = publish(zalo, access, article(gallery))["data"]["id"]
    assert call(zalo, access, "update", {"id": number, "title": "Chỉ tiêu đề"})["error"] == -201
    changed = publish(zalo, access, article(gallery, id=number, title="Đã sửa"), "update")
    assert changed["data"]["id"] == number
    assert [one["title"] for one in shown(zalo)] == ["Đã sửa"]
    assert call(zalo, access, "remove", {"id": number})["error"] == 0
    assert shown(zalo) == []
    assert get(zalo, access, "getslice", offset=0, limit=10, type="normal")["data"]["total"] == 0
    for name in ("remove", "update"):
        assert call(zalo, access, name, article(gallery, id=number))["error"] == REFUSALS["article-id"].code
    known = requests.get(f"{zalo.url}/_truth", timeout=5).json()
    assert [act["act"] for act in known["accepted"]] == (
        ["token", "create", "processed", "update", "processed", "remove"]
    )
    assert known["refusals"] == {"-214": 4, "-201": 3}


def test_an_update_that_waits_brings_no_removed_article_back(
    zalo: ZaloStandIn, access: str, gallery: Gallery, clock: Clock
) -> None:
    number = publish(zalo, access, article(gallery))["data"]["id"]
    token = call(zalo, access, "update", article(gallery, id=number))["data"]["token"]
    assert call(zalo, access, "remove", {"id": number})["error"] == 0
    clock.now += 10
    assert call(zalo, access, "verify", {"token": token})["error"] == REFUSALS["article-id"].code
    assert shown(zalo) == []


def test_the_last_update_stands_though_an_earlier_one_was_never_verified(
    zalo: ZaloStandIn, access: str, gallery: Gallery, clock: Clock
) -> None:
    number = publish(zalo, access, article(gallery))["data"]["id"]
    assert call(zalo, access, "update", article(gallery, id=number, title="Sửa lần một"))["error"] == 0
    publish(zalo, access, article(gallery, id=number, title="Sửa lần hai"), "update")
    clock.now += 10
    assert [one["title"] for one in shown(zalo)] == ["Sửa lần hai"]


def test_refuses_what_it_does_not_know(zalo: ZaloStandIn, access: str) -> None:
    assert call(zalo, access, "verify", {"token": "?"})["error"] == REFUSALS["article-token"].code
    assert get(zalo, access, "getdetail", id="?")["error"] == REFUSALS["article-id"].code
    assert get(zalo, access, "getslice", limit=11, type="normal")["error"] == REFUSALS["slice"].code
    form = requests.post(
        f"{zalo.url}/v2.0/article/create",
        data={"type": "normal"},
        headers={"access_token": access},
        timeout=5,
    )
    assert form.json()["error"] == REFUSALS["body"].code


def test_newest_articles_come_first(zalo: ZaloStandIn, access: str, gallery: Gallery, clock: Clock) -> None:
    for number in range(12):
        call(zalo, access, "create", article(gallery, title=f"Tin {number}"))
        clock.now += 10
    page = get(zalo, access, "getslice", offset=10, limit=10, type="normal")["data"]
    assert (page["total"], [one["title"] for one in page["medias"]]) == (12, ["Tin 1", "Tin 0"])


def test_uploads(zalo: ZaloStandIn, access: str, gallery: Gallery) -> None:
    def upload(content: bytes) -> dict[str, Any]:
        url = f"{zalo.url}/v2.0/oa/upload/image"
        sent = requests.post(url, files={"file": content}, headers={"access_token": access}, timeout=5)
        body: dict[str, Any] = sent.json()
        return body

    small = requests.get(f"{gallery.url}/a.png", timeout=5).content
    assert upload(small)["data"]["attachment_id"]
    assert upload(small + bytes(PICTURE_BELOW))["error"] == REFUSALS["upload-size"].code
    assert upload(b"GIF89a")["error"] == REFUSALS["upload-type"].code


def test_a_refresh_token_works_once(zalo: ZaloStandIn, gallery: Gallery) -> None:
    pair = oauth(zalo)
    assert pair["expires_in"] == str(ACCESS_LASTS)
    assert oauth(zalo)["error"] == REFUSALS["refresh-token"].code
    assert "access_token" in oauth(zalo, refresh_token=pair["refresh_token"])
    assert call(zalo, pair["access_token"], "create", article(gallery))["error"] == 0


def test_refuses_at_oauth(zalo: ZaloStandIn) -> None:
    assert oauth(zalo, secret="?")["error"] == REFUSALS["secret"].code
    assert oauth(zalo, app_id="?")["error"] == REFUSALS["app-id"].code
    assert oauth(zalo, grant_type="password")["error"] == REFUSALS["grant-type"].code
    by_code = {"grant_type": "authorization_code", "code": "once"}
    assert oauth(zalo, **by_code)["error"] == REFUSALS["code"].code
    assert "refresh_token" in oauth(zalo, **by_code, code_verifier="v")
    assert oauth(zalo, **by_code, code_verifier="v")["error"] == REFUSALS["code"].code
    as_json = requests.post(
        f"{zalo.url}/v4/oa/access_token", json=OAUTH, headers={"secret_key": "s3"}, timeout=5
    )
    assert as_json.json()["error"] == REFUSALS["oauth-body"].code


def test_access_ends(zalo: ZaloStandIn, access: str, gallery: Gallery, clock: Clock) -> None:
    assert call(zalo, "wrong", "create", article(gallery))["error"] == -216
    clock.now += ACCESS_LASTS - 1
    assert call(zalo, access, "create", article(gallery))["error"] == 0
    zalo.expire_access()
    assert call(zalo, access, "create", article(gallery))["error"] == -220


def test_the_truth_outlives_a_kill(tmp_path: Path, gallery: Gallery, clock: Clock) -> None:
    file = tmp_path / "zalo.jsonl"
    with ZaloStandIn(**APP, truth=file, now=clock) as zalo:
        pair = oauth(zalo)
        number = publish(zalo, pair["access_token"], article(gallery))["data"]["id"]
        token = call(zalo, pair["access_token"], "create", article(gallery, title="Chờ"))["data"]["token"]
    with ZaloStandIn(**APP, truth=file, now=clock) as zalo:
        assert oauth(zalo)["error"] == REFUSALS["refresh-token"].code
        assert [one["id"] for one in shown(zalo)] == [number]
        clock.now += 10
        assert call(zalo, pair["access_token"], "verify", {"token": token})["error"] == 0
    assert [json.loads(line)["act"] for line in file.read_text().splitlines()] == (
        ["token", "create", "processed", "create", "processed"]
    )


def bot(zalo: ZaloStandIn, method: str, token: str = "9:t", **fields: Any) -> dict[str, Any]:
    answer = requests.post(f"{zalo.url}/bot{token}/{method}", json=fields, timeout=5)
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


BOT_REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "token": ("sendMessage", {"token": "9:x"}),
    "method": ("editMessageText", {}),
    "chat": ("sendMessage", {"chat_id": "la", "text": "x"}),
    "text": ("sendMessage", {"chat_id": "nhom", "text": "x" * 2001}),
    "parse-mode": ("sendMessage", {"chat_id": "nhom", "text": "x", "parse_mode": "HTML5"}),
    "caption": ("sendPhoto", {"chat_id": "nhom", "photo": "http://127.0.0.1/a.png", "caption": "x" * 2001}),
    "photo": ("sendPhoto", {"chat_id": "nhom", "photo": "http://127.0.0.1:1/a.png"}),
}


def test_every_refusal_of_the_bot_is_tried() -> None:
    assert BOT_REFUSED.keys() | {"body", "haste", "forbidden"} == zalo_bot.REFUSALS.keys()
    assert all(refusal.row.startswith("channels.md, ") for refusal in zalo_bot.REFUSALS.values())


@pytest.mark.parametrize("name", BOT_REFUSED)
def test_the_bot_refuses(zalo: ZaloStandIn, name: str) -> None:
    method, fields = BOT_REFUSED[name]
    refusal = zalo_bot.REFUSALS[name]
    assert bot(zalo, method, **fields) == {
        "ok": False,
        "error_code": refusal.code,
        "description": refusal.says,
    }
    assert shown(zalo) == []


def test_the_bot_takes_json_only(zalo: ZaloStandIn) -> None:
    answer = requests.post(f"{zalo.url}/bot9:t/sendMessage", data={"chat_id": "nhom", "text": "x"}, timeout=5)
    assert answer.json()["ok"] is False


def test_the_bot_sends(zalo: ZaloStandIn, gallery: Gallery) -> None:
    first = bot(zalo, "sendMessage", chat_id="nhom", text="đ" * 2000)["result"]
    second = bot(zalo, "sendPhoto", chat_id="nhom", photo=f"{gallery.url}/a.png", caption="Ảnh")["result"]
    assert [one["message_id"] for one in shown(zalo)] == [first["message_id"], second["message_id"]]
    assert first["date"] == 1_795_000_000_000


# Broadcasts


def broadcast(zalo: ZaloStandIn, access: str, ids: list[str], **changes: Any) -> dict[str, Any]:
    elements = [{"media_type": "article", "attachment_id": number} for number in ids]
    payload = {"template_type": "media", "elements": elements}
    message = {"attachment": {"type": "template", "payload": payload}}
    given = {"recipient": {"target": {}}, "message": message} | changes
    url = f"{zalo.url}/v2.0/oa/message"
    body: dict[str, Any] = requests.post(url, json=given, headers={"access_token": access}, timeout=5).json()
    return body


@pytest.fixture
def number(zalo: ZaloStandIn, access: str, gallery: Gallery) -> str:
    """The id of an article on the account."""
    found: str = publish(zalo, access, article(gallery))["data"]["id"]
    return found


def test_a_broadcast_names_one_to_five_articles_that_are_shown(
    zalo: ZaloStandIn, access: str, gallery: Gallery, number: str
) -> None:
    hidden = publish(zalo, access, article(gallery, status="hide"))["data"]["id"]
    for ids, refusal in (([], "elements"), ([number] * 6, "elements"), (["?"], "article-id"),
                         ([number, hidden], "article-id")):  # fmt: skip
        assert broadcast(zalo, access, ids)["error"] == REFUSALS[refusal].code
    assert broadcast(zalo, access, [number], recipient={})["error"] == REFUSALS["target"].code
    assert broadcast(zalo, access, [number], message={})["error"] == REFUSALS["elements"].code
    assert broadcast(zalo, "?", [number])["error"] == REFUSALS["access-token"].code
    assert broadcast(zalo, access, [number])["data"]["message_id"]
    assert [act["articles"] for act in zalo.truth.acts if act["act"] == "broadcast"] == [[number]]


def test_broadcasts_have_their_hours_and_their_number_a_month(
    zalo: ZaloStandIn, access: str, number: str, clock: Clock
) -> None:
    midnight = clock.now - (clock.now + 7 * 3600) % 86_400
    for seconds, error in ((6 * 3600 - 1, -234), (6 * 3600, 0), (22 * 3600 - 1, 0), (22 * 3600, -234)):
        clock.now = midnight + seconds
        assert broadcast(zalo, access, [number])["error"] == error
    clock.now = midnight + 12 * 3600
    assert [broadcast(zalo, access, [number])["error"] for _ in range(3)] == [0, 0, REFUSALS["quota"].code]
