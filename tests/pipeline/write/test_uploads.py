"""An upload is what its content says; a PDF only shows, a picture is drawn anew, each kept by its hash."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from pipeline.collect.pictures import path_of
from pipeline.collect.reencode import PictureTrouble
from pipeline.write.pdf import pages_of
from pipeline.write.uploads import MOST_BYTES, Kind, UploadTrouble, keep_pdf, keep_picture, kind_of
from tests.pipeline.write.files import paragraphs, png


def pdf(change: Callable[[PdfWriter], object] = bool, pages: int = 2) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 100)
    change(writer)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


PDF = pdf()


@pytest.mark.parametrize(
    ("data", "kind"),
    [(paragraphs("Chữ."), Kind.WORD), (png(), Kind.PICTURE), (PDF, Kind.PDF), (b"\r\n " + PDF, Kind.PDF)],
)
def test_the_content_tells_the_kind(data: bytes, kind: Kind) -> None:
    assert kind_of(data) is kind


@pytest.mark.parametrize(
    "data", [b"", b" \n", b"MZ\x90", b"<svg/>", b"hello", b"II*\x00abc", b"\xd0\xcf\x11\xe0"]
)
def test_what_is_none_of_them_is_refused(data: bytes) -> None:
    with pytest.raises(UploadTrouble):
        kind_of(data)


def test_each_kind_has_its_size() -> None:
    assert kind_of(png().ljust(MOST_BYTES[Kind.PICTURE])) is Kind.PICTURE
    with pytest.raises(UploadTrouble, match="Ảnh quá lớn: hơn 10 MB"):
        kind_of(png().ljust(MOST_BYTES[Kind.PICTURE] + 1))


def test_a_pdf_is_kept_as_it_is(tmp_path: Path) -> None:
    stored = keep_pdf(tmp_path, PDF)
    assert (stored.pages, stored.size) == (2, len(PDF))
    assert path_of(tmp_path, stored.sha256, stored.content_type).read_bytes() == PDF
    with pytest.raises(UploadTrouble, match="bị hỏng"):
        keep_pdf(tmp_path, b"%PDF-1.7\nnothing")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_picture_is_drawn_anew(tmp_path: Path) -> None:
    stored = keep_picture(tmp_path, png() + b"<script>hidden behind the picture</script>")
    kept = path_of(tmp_path, stored.sha256, stored.content_type).read_bytes()
    assert (stored.width, stored.height, stored.size) == (30, 20, len(kept))
    assert b"script" not in kept
    with pytest.raises(PictureTrouble, match="không phải là ảnh"):
        keep_picture(tmp_path, b"\x89PNG\r\n\x1a\nno")


def scripted(writer: PdfWriter) -> None:
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x")}
    )
    writer.root_object[NameObject("/OpenAction")] = action


def launches(writer: PdfWriter) -> None:
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("x")}
    )
    writer.root_object[NameObject("/OpenAction")] = action


def hidden(writer: PdfWriter) -> None:
    """Deep in a page, behind an array."""
    action = DictionaryObject({NameObject("/JS"): TextStringObject("app.alert(1)")})
    writer.pages[0][NameObject("/Annots")] = ArrayObject(
        [writer._add_object(DictionaryObject({NameObject("/A"): action}))]
    )


@pytest.mark.parametrize(
    "change",
    [
        scripted,
        lambda writer: writer.add_attachment("x.exe", b"MZ"),
        launches,
        hidden,
    ],
)
def test_a_pdf_that_does_more_than_show_is_refused(change: Callable[[PdfWriter], object]) -> None:
    with pytest.raises(UploadTrouble, match="mã lệnh hoặc tệp đính kèm"):
        pages_of(pdf(change))


def test_a_name_that_is_spelled_in_numbers_is_the_same_name() -> None:
    spelled = pdf(scripted).replace(b"/JS", b"/#4aS").replace(b"/JavaScript", b"/J#61vaScript")
    assert b"/JS" not in spelled
    with pytest.raises(UploadTrouble):
        pages_of(spelled)


def packed(catalog: bytes) -> bytes:
    """A PDF of version 1.5 whose objects stand compressed in another (ISO 32000-2 §7.5.7 and 7.5.8)."""
    objects = [
        catalog,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    ]
    places = [sum(len(each) + 1 for each in objects[:at]) for at in range(3)]
    head = b" ".join(b"%d %d" % (at + 1, place) for at, place in enumerate(places)) + b" "
    inner = zlib.compress(head + b" ".join(objects))
    file = b"%PDF-1.5\n"
    at = len(file)
    kind = b"/Type/ObjStm/N 3/First %d/Filter/FlateDecode/Length %d" % (len(head), len(inner))
    file += b"4 0 obj<<%s>>stream\n%s\nendstream endobj\n" % (kind, inner)
    rows = [(0, 0, 0), (2, 4, 0), (2, 4, 1), (2, 4, 2), (1, at, 0), (1, len(file), 0)]
    table = b"".join(struct.pack(">BHB", *row) for row in rows)
    kind = b"/Type/XRef/Size 6/W[1 2 1]/Root 1 0 R/Length %d" % len(table)
    return file + b"5 0 obj<<%s>>stream\n%s\nendstream endobj\nstartxref\n%d\n%%%%EOF" % (
        kind,
        table,
        len(file),
    )


def test_what_is_compressed_within_another_object_is_seen() -> None:
    assert pages_of(packed(b"<</Type/Catalog/Pages 2 0 R>>")) == 1
    runs = packed(b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>")
    assert b"JavaScript" not in runs
    with pytest.raises(UploadTrouble, match="mã lệnh"):
        pages_of(runs)


def test_a_locked_pdf_and_one_without_pages_are_refused() -> None:
    with pytest.raises(UploadTrouble, match="mật khẩu hoặc khóa quyền"):
        pages_of(pdf(lambda writer: writer.encrypt("x", algorithm="RC4-128")))
    with pytest.raises(UploadTrouble, match="không có trang"):
        pages_of(pdf(pages=0))


@given(st.data())
def test_a_damaged_pdf_is_read_or_refused(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(PDF) - 1))
    damaged = PDF[:at] + data.draw(st.binary(max_size=20)) + PDF[at + data.draw(st.integers(0, 40)) :]
    try:
        assert pages_of(damaged) > 0
    except UploadTrouble:
        return
