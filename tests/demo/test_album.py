"""The album has a picture of every page, under a name of its own."""

from __future__ import annotations

from collections import Counter

from demo.album.book import page
from demo.album.pages import NO_PAGES, SHOTS, missing
from tests.test_docs import ROOT
from web.permissions import addresses


def test_every_page_is_in_the_album() -> None:
    assert missing() == [], "add a Shot to demo/album/pages.py"
    assert missing([shot for shot in SHOTS if shot.path != "/console/doubt"]) == [
        "/console/doubt (console-doubt)"
    ]
    assert {each.name for each in addresses()} >= NO_PAGES


def test_each_picture_has_a_name_of_its_own() -> None:
    assert [name for name, times in Counter(shot.file for shot in SHOTS).items() if times > 1] == []


def test_the_album_s_page_is_what_was_taken() -> None:
    assert (ROOT / "docs/vi/cac-trang.md").read_text() == page(), "make pictures"
