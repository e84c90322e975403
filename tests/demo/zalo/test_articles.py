"""The Zalo stand-in refuses what Zalo refuses and publishes late; its truth is what readers see."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from demo.zalo import ZaloStandIn
from demo.zalo_rules import PICTURE_BELOW, REFUSALS
from tests.demo.zalo.asking import APP, Clock, Gallery, article, call, get, oauth, publish, shown

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
