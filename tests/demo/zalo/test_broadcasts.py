"""A broadcast to all followers: what it may name, its hours, and how many there are a month."""

from typing import Any

import pytest
import requests

from demo.zalo import ZaloStandIn
from demo.zalo_rules import REFUSALS
from tests.demo.zalo.asking import Clock, Gallery, article, publish


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
