"""A revision as channels see it: our copies of its pictures, and never a picture from elsewhere."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from channels.base import Item, Priority
from pipeline.compose.item import item_of
from pipeline.models import Picture
from tests.pipeline.ledger import NOW, revision

pytestmark = pytest.mark.django_db

SHA = "a" * 64
BODY = (
    '<p>Đầu</p><img alt="Biểu đồ > 5" src="https://a.example/1.png?x=1&amp;y=2">'
    '<p><img src="https://theo-doi.example/2.png" alt="khác">Cuối &lt;img src="https://c.example/3.png"&gt;</p>'
)


def item() -> Item:
    Picture.objects.create(
        sha256=SHA, content_type="image/png", width=64, height=36, size=900,
        source_url="https://a.example/1.png?x=1&y=2", fetched_at=NOW,
    )  # fmt: skip
    row = revision()
    row.body = BODY
    row.images = [
        {"url": "https://a.example/1.png?x=1&y=2", "alt": "Biểu đồ > 5", "problem": "", "sha256": SHA},
        {
            "url": "https://theo-doi.example/2.png",
            "alt": "khác",
            "problem": "không tải được ảnh",
            "sha256": None,
        },
    ]
    return item_of(
        row,
        agency="Sở Tư pháp",
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        base_url="https://cong.example/",
        link="https://cong.example/tin/x-1",
        priority=Priority.NORMAL,
        corrects=None,
        undated=NOW,
        released=NOW,
    )


def test_pictures_are_ours_or_not_there() -> None:
    made = item()
    assert f'src="https://cong.example/media/{SHA}.png"' in made.html
    assert "theo-doi.example" not in made.html
    assert [(image.url, image.alt) for image in made.images] == [
        (f"https://cong.example/media/{SHA}.png", "Biểu đồ > 5")
    ]


def test_an_item_says_when_it_was_released_in_the_offices_zone() -> None:
    made = item()
    assert made.released == NOW
    assert made.released.utcoffset() == timedelta(hours=7)


def test_words_that_look_like_a_picture_stay() -> None:
    assert '&lt;img src="https://c.example/3.png"&gt;' in item().html


def test_an_undated_revision_is_dated_by_its_approval_in_the_offices_zone() -> None:
    assert item().published.isoformat() == "2026-11-23T08:00:00+07:00"
