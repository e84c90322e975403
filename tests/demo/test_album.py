"""The album has a picture of every page, under a name of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

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


@pytest.mark.skipif(not os.environ.get("LOA_LONG"), reason="LOA_LONG=1 (make chaos) runs it")
def test_the_album_is_taken_and_no_page_is_amiss(tmp_path: Path) -> None:
    album = [sys.executable, "-m", "demo.album", "--to", str(tmp_path)]
    done = subprocess.run(album, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    taken = {path.name for path in (tmp_path / "pictures").iterdir()}
    assert taken == {f"{shot.file}{ending}.webp" for shot in SHOTS for ending in ("", "-dt")}
