"""Pictures: drawn anew without what they carried, small enough to post, stored once under their hash."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pipeline.collect.fetch import Fetcher
from pipeline.collect.pictures import get_picture, path_of, store
from pipeline.collect.reencode import MAX_BYTES, MAX_SIDE, PictureTrouble, Reencoded, reencode
from pipeline.collect.sandbox import Sandbox
from tests.channels.wire import closed_port, raw, wire

PNG = Reencoded(b"not really", "image/png", 1, 1)


def encoded(mode: str, size: tuple[int, int], form: str, color: Any = 0, **options: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, size, color).save(out, form, **options)
    return out.getvalue()


def noise(side: int, form: str, mode: str = "RGB", **options: Any) -> bytes:
    out = BytesIO()
    data = os.urandom(side * side * len(mode))
    Image.frombytes(mode, (side, side), data).save(out, form, **options)
    return out.getvalue()


def opened(picture: Reencoded) -> Image.Image:
    image = Image.open(BytesIO(picture.data))
    image.load()
    assert image.size == (picture.width, picture.height)
    assert picture.content_type == f"image/{(image.format or '').lower()}"
    return image


# Drawing anew


@pytest.mark.parametrize(
    ("raw_picture", "content_type", "pixel"),
    [
        pytest.param(encoded("RGB", (9, 9), "PNG", (1, 2, 3)), "image/png", (1, 2, 3), id="png"),
        pytest.param(encoded("RGBA", (9, 9), "PNG", (1, 2, 3, 4)), "image/png", (1, 2, 3, 4), id="alpha"),
        pytest.param(encoded("P", (9, 9), "PNG", 0, transparency=0), "image/png", (0, 0, 0, 0), id="palette"),
        pytest.param(encoded("1", (9, 9), "PNG", 1), "image/png", (255, 255, 255), id="one bit"),
        pytest.param(encoded("I;16", (9, 9), "PNG", 0x8000), "image/png", 128, id="16 bits"),
        pytest.param(encoded("L", (9, 9), "JPEG", 7), "image/jpeg", 7, id="grey jpeg"),
        pytest.param(encoded("RGB", (9, 9), "GIF", (255, 0, 0)), "image/png", (255, 0, 0), id="gif"),
        pytest.param(
            encoded("RGB", (9, 9), "WEBP", (255, 255, 255)), "image/jpeg", (255, 255, 255), id="webp"
        ),
    ],
)
def test_every_form_becomes_png_or_jpeg(raw_picture: bytes, content_type: str, pixel: object) -> None:
    picture = reencode(raw_picture)
    assert picture.content_type == content_type
    assert opened(picture).getpixel((0, 0)) == pixel
    assert reencode(raw_picture) == picture


def test_an_animation_gives_its_first_frame() -> None:
    frames = [Image.new("RGB", (9, 9), color) for color in ("red", "blue")]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    image = opened(reencode(out.getvalue()))
    assert image.getpixel((0, 0)) == (255, 0, 0)
    assert getattr(image, "n_frames", 1) == 1


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_metadata_goes_and_the_turn_it_asked_for_stays(form: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "May anh cua toi"
    exif.get_ifd(0x8825)[1] = "N"
    raw_picture = encoded("RGB", (30, 10), form, exif=exif.tobytes())
    picture = reencode(raw_picture)
    assert (picture.width, picture.height) == (10, 30)
    assert b"May anh" in raw_picture
    assert b"May anh" not in picture.data
    assert not opened(picture).getexif()


def test_comments_and_colour_profiles_go() -> None:
    picture = reencode(encoded("RGB", (9, 9), "JPEG", icc_profile=b"profile", comment=b"bi mat"))
    assert {"comment", "icc_profile"}.isdisjoint(opened(picture).info)


@pytest.mark.parametrize(
    "raw_picture",
    [
        pytest.param(noise(1700, "PNG"), id="png"),
        pytest.param(noise(1700, "JPEG", quality=95), id="jpeg"),
        pytest.param(noise(1700, "PNG", "RGBA", compress_level=1), id="alpha"),
    ],
)
def test_the_largest_picture_ends_below_what_zalo_takes(raw_picture: bytes) -> None:
    assert len(raw_picture) > MAX_BYTES
    picture = reencode(raw_picture)
    assert len(picture.data) <= MAX_BYTES
    assert max(picture.width, picture.height) <= MAX_SIDE
    assert opened(picture).mode == "RGB"


@pytest.mark.parametrize(
    ("size", "after"), [((3200, 800), (1600, 400)), ((40_000, 3), (1600, 1)), ((20, 10), (20, 10))]
)
def test_sides_shrink_together_and_never_grow(size: tuple[int, int], after: tuple[int, int]) -> None:
    picture = reencode(encoded("L", size, "PNG"))
    assert (picture.width, picture.height) == after


@pytest.mark.parametrize("size", [(6500, 6500), (20_000, 20_000)])
def test_a_bomb_of_pixels_is_refused_before_it_opens(size: tuple[int, int]) -> None:
    with pytest.raises(PictureTrouble, match="Ảnh quá lớn"):
        reencode(encoded("1", size, "PNG"))


@pytest.mark.parametrize(
    "raw_picture",
    [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n", encoded("L", (9, 9), "TIFF"), noise(200, "JPEG")[:3000]],
)
def test_what_is_no_whole_picture_is_refused(raw_picture: bytes) -> None:
    with pytest.raises(PictureTrouble):
        reencode(raw_picture)


WHOLE = [encoded("RGB", (40, 30), form) for form in ("PNG", "JPEG", "GIF", "WEBP")]


@given(st.sampled_from(WHOLE), st.data())
def test_a_damaged_picture_gives_a_picture_or_trouble_and_nothing_else(
    whole: bytes, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(whole) - 1))
    damaged = whole[:at] + data.draw(st.binary(max_size=8)) + whole[at + data.draw(st.integers(0, 8)) :]
    with suppress(PictureTrouble):
        opened(reencode(damaged))


# Storing


def test_a_picture_is_stored_once_under_its_hash(tmp_path: Path) -> None:
    folder = tmp_path / "media"
    sha256 = store(folder, PNG.data, PNG.content_type)
    path = folder / sha256[:2] / f"{sha256}.png"
    assert sha256 == hashlib.sha256(PNG.data).hexdigest()
    assert path == path_of(folder, sha256, "image/png")
    assert path.read_bytes() == PNG.data
    written = path.stat().st_mtime_ns
    assert store(folder, PNG.data, PNG.content_type) == sha256
    assert path.stat().st_mtime_ns == written
    assert [p for p in folder.rglob("*") if p.is_file()] == [path]


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        store(tmp_path, PNG.data, PNG.content_type)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


# All together


@pytest.fixture(scope="module")
def tools() -> Iterator[tuple[Fetcher, Sandbox]]:
    with Fetcher() as fetcher, Sandbox() as sandbox:
        yield fetcher, sandbox


def test_a_picture_is_fetched_drawn_and_stored(tools: tuple[Fetcher, Sandbox], tmp_path: Path) -> None:
    served = encoded("RGB", (40, 30), "JPEG", "red")
    with wire(raw(served, 200, "Content-Type: text/html")) as server:
        stored = get_picture(*tools, server.url + "/a.jpg", True, tmp_path)
    data = path_of(tmp_path, stored.sha256, stored.content_type).read_bytes()
    assert (stored.width, stored.height, stored.size) == (40, 30, len(data))
    assert data == reencode(served).data
    assert server.requests[0].headers["accept"].startswith("image/")


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"<html>", 200, "không phải là ảnh"),
        (b"", 404, "mã 404"),
        (b"a" * (10 * 2**20 + 1), 200, "lớn hơn 10 MB"),
    ],
)
def test_a_picture_that_cannot_be_had_says_why(
    tools: tuple[Fetcher, Sandbox], tmp_path: Path, body: bytes, status: int, reason: str
) -> None:
    with wire(raw(body, status)) as server, pytest.raises(PictureTrouble, match=reason):
        get_picture(*tools, server.url, True, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_picture_inside_is_not_fetched(tools: tuple[Fetcher, Sandbox], tmp_path: Path) -> None:
    with pytest.raises(PictureTrouble, match="bị chặn"):
        get_picture(*tools, closed_port(), False, tmp_path)
