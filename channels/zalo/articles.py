"""An approved item as the body of Zalo's `article/create` (docs.zaloplatforms.com, OA, articles).

Text blocks are sent as plain text: the documentation shows no markup in them, and what the reader's
application does with tags is not written anywhere. Nothing documents a cap on the number or the length of
blocks, so a long article goes out whole, a block for each block of the document.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from requests.utils import requote_uri

from channels.base import Image, Item, Render
from channels.document import Block, Figure, begins_with
from channels.prose import caption, flowing, opening, prose
from channels.text import shorten, utf16

KIND = "zalo-oa"

TITLE = 140
DESCRIPTION = 250
AUTHOR = 50
"""UTF-16 units. Zalo documents 150, 300 and 50, and refuses exactly 150 and 300; 140 and 250 pass."""

IMAGE_BYTES = 950_000
"""Zalo takes 1 MB, and fails near it only when the article is verified."""
IMAGE_TYPES = frozenset({"image/jpeg", "image/png"})


def article(item: Item, render: Render, cover: str, *, anew: bool = False) -> dict[str, Any]:
    """The whole payload; `cover` is the picture of ours that stands in where the item has none that fits.

    `anew`: an article of its own corrects an earlier one that cannot be written over.
    """
    pictures = [image for image in item.images if fits(image)]
    frame = {"item": item, "anew": anew}
    whole = " ".join(_nfc(render(f"{KIND}/title/default.txt", frame)).split())
    title = shorten(whole, TITLE, utf16)
    return {
        "type": "normal",
        "title": title,
        "author": shorten(_nfc(item.agency), AUTHOR, utf16),
        "cover": {
            "cover_type": "photo",
            "photo_url": requote_uri(pictures[0].url if pictures else cover),
            "status": "show",
        },
        "description": _description(item, render) or shorten(title, DESCRIPTION, utf16),
        "body": _body(item, render, pictures, frame, shortened=title != whole),
        "status": "show",
        "comment": "show",
    }


def fits(image: Image) -> bool:
    """Whether Zalo will take this picture: JPEG or PNG, well under 1 MB."""
    return image.size < IMAGE_BYTES and image.content_type in IMAGE_TYPES


def _description(item: Item, render: Render) -> str:
    first = opening(flowing(block for block in item.body if not isinstance(block, Figure)), DESCRIPTION)
    text = render(f"{KIND}/default.txt", {"item": item, "lead": item.lead, "opening": first})
    return shorten(" ".join(_nfc(text).split()), DESCRIPTION, utf16)


def _body(
    item: Item, render: Render, pictures: list[Image], frame: Mapping[str, Any], *, shortened: bool
) -> list[dict[str, str]]:
    amended = render(f"{KIND}/dinh-chinh/default.txt", frame) if item.amended else ""
    begin = render(f"{KIND}/begin/default.txt", frame)
    end = render(f"{KIND}/end/default.txt", frame)
    # What the card cuts off must stand in the article: the whole title, and the lead.
    lead = "" if begins_with(item.body, item.lead) else item.lead
    texts = [amended, begin, item.title if shortened else "", lead]
    shown = {block.src for block in item.body if isinstance(block, Figure)}
    blocks = [
        *map(_text, texts),
        *(_block(block, pictures) for block in item.body),
        # The cover is on top already.
        *(_image(image, image.alt) for image in pictures[1:] if image.url not in shown),
        _text(end),
    ]
    return [block for block in blocks if block]


def _block(block: Block, pictures: list[Image]) -> dict[str, str]:
    if isinstance(block, Figure):
        for image in pictures:
            if image.url == block.src:
                return _image(image, caption(block))
    return _text(prose(block))


def _image(image: Image, below: str) -> dict[str, str]:
    return {"type": "image", "url": requote_uri(image.url), "caption": _nfc(below)}


def _text(text: str) -> dict[str, str]:
    text = _nfc(text).strip()
    return {"type": "text", "content": text} if text else {}


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
