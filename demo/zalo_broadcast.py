"""What Zalo takes and refuses of a broadcast to all followers of an Official Account."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Mapping
from typing import Any

from demo.zalo_rules import Refused, need

MOST = 5
HOURS = range(6, 22)  # Viet Nam's time
MONTH = 30 * 86_400  # seconds


def act(
    given: dict[str, Any],
    articles: Mapping[str, Mapping[str, Any]],
    acts: Iterable[Mapping[str, Any]],
    now: float,
    quota: int,
) -> dict[str, Any]:
    """What a broadcast's body comes to at `now`, in seconds since 1970; raises Refused.

    `articles` stand on the account by their ids, `acts` were accepted so far, `quota` may be in a month.
    """
    recipient = given.get("recipient")
    need(isinstance(recipient, dict) and isinstance(recipient.get("target"), dict), "target")
    try:
        attachment = given["message"]["attachment"]
        payload = attachment["payload"]
        template = (attachment["type"], payload["template_type"])
        kinds = {element["media_type"] for element in payload["elements"]}
        ids = [element["attachment_id"] for element in payload["elements"]]
    except (KeyError, TypeError) as why:
        raise Refused("elements", why=why) from why
    need(template == ("template", "media"), "elements", why=template)
    need(1 <= len(ids) <= MOST, "elements", why=f"{len(ids)} of them")
    need(kinds == {"article"}, "elements", why=kinds)
    for number in ids:
        need(articles.get(number, {}).get("status") == "show", "article-id")
    need(time.gmtime(now + 7 * 3600).tm_hour in HOURS, "window")
    sent = [one for one in acts if one["act"] == "broadcast" and one["at"] > now - MONTH]
    need(len(sent) < quota, "quota")
    return {"act": "broadcast", "articles": ids, "message_id": secrets.token_hex(10)}
