"""What the tests ask of the Zalo stand-in, and what it needs around it."""

from io import BytesIO
from typing import Any

import requests
from PIL import Image

from demo.server import Reply, Request, StandIn
from demo.zalo import ZaloStandIn
from demo.zalo_rules import PICTURE_BELOW

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
