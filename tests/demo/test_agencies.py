"""The sample agencies serve their feeds as web servers do, and everything that their links lead to."""

import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import urljoin

import feedparser
import pytest
import requests
from PIL import Image

from demo.agencies import AGENCIES, FEEDS, Agencies


@pytest.fixture
def agencies() -> Iterator[Agencies]:
    with Agencies() as server:
        yield server


def get(url: str, **headers: str) -> requests.Response:
    return requests.get(url, headers=headers, timeout=5)


@pytest.mark.parametrize("source", AGENCIES)
def test_serves_each_feed_with_its_type(agencies: Agencies, source: str) -> None:
    answer = get(agencies.feed_url(source))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].partition(";")[0] == AGENCIES[source].media_type
    assert answer.headers["Last-Modified"] == "Mon, 23 Nov 2026 00:45:00 GMT"


@pytest.mark.parametrize("source", AGENCIES)
def test_an_unchanged_feed_is_304(agencies: Agencies, source: str) -> None:
    url = agencies.feed_url(source)
    first = get(url)
    for headers in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-None-Match": f'"other", W/{first.headers["ETag"]}'},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = get(url, **headers)
        assert (again.status_code, again.content) == (304, b"")
    for headers in (
        {"If-None-Match": '"other"', "If-Modified-Since": first.headers["Last-Modified"]},
        {"If-Modified-Since": "Sun, 22 Nov 2026 00:00:00 GMT"},
        {"If-Modified-Since": "hôm qua".encode().decode("latin-1")},
    ):
        assert get(url, **headers).status_code == 200


def test_the_second_day_changes_the_portal_alone(agencies: Agencies) -> None:
    before = {source: get(agencies.feed_url(source)) for source in AGENCIES}
    answer = requests.post(f"{agencies.url}/_day", json={"day": 2}, timeout=5)
    assert answer.json() == {"day": 2}
    changed = [s for s, old in before.items() if get(agencies.feed_url(s)).content != old.content]
    assert changed == ["vpubnd"]
    stale = get(agencies.feed_url("vpubnd"), **{"If-None-Match": before["vpubnd"].headers["ETag"]})
    assert (stale.status_code, "Đính chính" in stale.text) == (200, True)
    assert requests.post(f"{agencies.url}/_day", json={"day": 3}, timeout=5).status_code == 400


@pytest.mark.parametrize("source", AGENCIES)
def test_only_links_lead_here(agencies: Agencies, source: str) -> None:
    host = AGENCIES[source].host
    served = get(agencies.feed_url(source)).content.decode()
    kept = served.replace(f"{agencies.url}/{source}", f"https://{host}")
    assert kept == (FEEDS / AGENCIES[source].feed).read_bytes().decode()
    assert f"{agencies.url}/{source}" in served
    assert not re.search(rf"(?:<link>|href=\"|src=\")https://{host}", served)
    assert "xmlns:pt" not in served or f'xmlns:pt="https://{host}' in served


def test_identities_stay(agencies: Agencies) -> None:
    served = json.loads(get(agencies.feed_url("skhcn")).content)
    original = json.loads((FEEDS / "skhcn.json").read_text())
    assert [item["id"] for item in served["items"]] == [item["id"] for item in original["items"]]


@pytest.mark.parametrize(
    ("source", "link"),
    [
        ("vpubnd", "/uploads/2026/11/bieu-do-quy-3.png"),
        ("stp", "../uploads/2026/11/so-do-lien-thong-khai-tu.png"),
        ("skhcn", "/media/6-buoc-vneid.png"),
        ("snnmt", "uploads/xoa%20the%20chap.png"),
    ],
)
def test_a_picture_is_there_however_it_is_linked(agencies: Agencies, source: str, link: str) -> None:
    answer = get(urljoin(f"{agencies.url}/{source}/tin/bai.html", link))
    assert answer.headers["Content-Type"] == "image/png"
    with Image.open(BytesIO(answer.content)) as picture:
        assert picture.size == (640, 360)


def test_every_article_has_a_page(agencies: Agencies) -> None:
    for source in ("vpubnd", "stp"):
        for entry in feedparser.parse(get(agencies.feed_url(source)).content).entries:
            page = get(entry.link)
            assert page.status_code == 200
            assert AGENCIES[source].name in page.text
    relative = urljoin(agencies.feed_url("snnmt"), "/Tin-tuc/xoa-dang-ky-the-chap-trong-ngay-1006.aspx")
    assert "<h1>Xóa đăng ký thế chấp" in get(relative).text
    assert get(f"{agencies.url}/vpubnd/khong-co").status_code == 404


@pytest.mark.parametrize("file", sorted(one.name for one in (FEEDS / "broken").iterdir()))
def test_broken_files_come_as_they_are(agencies: Agencies, file: str) -> None:
    assert get(f"{agencies.url}/broken/{file}").content == (FEEDS / "broken" / file).read_bytes()


def test_nothing_outside_the_feeds_is_served(agencies: Agencies) -> None:
    for path in ("/expected.json", "/NOTES.md", "/broken/../expected.json", "/..%2fagencies.py"):
        assert get(agencies.url + path).status_code == 404
    assert (Path(FEEDS) / "expected.json").exists()
