"""A Word file becomes an article whole, or is refused with the mend; nothing that it points at is fetched."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.clean import clean
from pipeline.write import word as module
from pipeline.write.uploads import UploadTrouble
from pipeline.write.word import convert, read_docx
from tests.pipeline.write.files import MAIN, WORD, added, archive, body, changed, paragraphs, png, word

BASE = "https://loa.phutho.example"
TITLE = "Tạm ngừng cấp nước tại phường Vân Phú"
LEAD = "Công ty cấp nước tạm ngừng cấp nước ngày 25/11 để thay đường ống, người dân chủ động trữ nước."
TEXT = "Thời gian: từ 8 giờ đến 17 giờ."


def article(document: Any) -> None:
    document.add_heading(TITLE, 0)
    document.add_paragraph().add_run(LEAD).bold = True
    document.add_paragraph(TEXT)
    document.add_heading("Nơi bị ảnh hưởng", 2)
    for place in ("Khu 1", "Khu 2"):
        document.add_paragraph(place, style="List Bullet")
    document.add_paragraph("Trữ nước", style="List Number")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Khu", "Giờ"
    document.add_picture(io.BytesIO(png()))._inline.docPr.set("descr", "Bản đồ khu 1")


ARTICLE = word(article)
PLAIN = paragraphs("Chữ.")


def test_an_article_comes_whole() -> None:
    written = convert(ARTICLE, BASE)
    assert (written.title, written.lead, written.left_out) == (TITLE, LEAD, ())
    (picture,) = written.pictures
    assert picture.url.startswith(f"{BASE}/media/")
    assert (picture.alt, picture.picture.width) == ("Bản đồ khu 1", 30)
    assert written.html.split("\n") == [
        f"<p>{TEXT}</p>",
        "<h2>Nơi bị ảnh hưởng</h2>",
        "<ul><li>Khu 1</li><li>Khu 2</li></ul>",
        "<ol><li>Trữ nước</li></ol>",
        "<table><tbody><tr><td>Khu</td><td>Giờ</td></tr></tbody></table>",
        f'<p><img src="{picture.url}" alt="Bản đồ khu 1"></p>',
    ]
    assert clean(written.html, BASE).html == written.html


@pytest.mark.parametrize(
    ("texts", "title"),
    [
        (("Thông báo cắt điện", "Ngày mai cắt điện."), "Thông báo cắt điện"),
        (("Ngày mai cắt điện.", "Xin thông báo."), ""),
        (("Chỉ một dòng",), ""),
        (("Dài " * 80, "Hết."), ""),
        (("", "   ", "Tin", "Chữ."), "Tin"),
    ],
)
def test_the_first_line_that_is_no_sentence_is_the_title(texts: tuple[str, ...], title: str) -> None:
    written = convert(paragraphs(*texts))
    assert written.title == title
    assert " ".join(" ".join(texts).split()) == " ".join(f"{title} {clean(written.html).text}".split())


def test_a_bold_sentence_is_a_title_too() -> None:
    def build(document: Any) -> None:
        document.add_paragraph().add_run("Nước sẽ về lúc nào?").bold = True
        document.add_paragraph().add_run("Tối nay nước về.").bold = True
        document.add_paragraph("Chữ.")

    written = convert(word(build))
    assert (written.title, written.lead) == ("Nước sẽ về lúc nào?", "")


def test_what_word_writes_by_itself_describes_no_picture() -> None:
    machine = "A map.\n\nDescription automatically generated"
    said = ["Picture 3", "Hình ảnh 1", "anh-dep.PNG", machine, "", " ", "Sơ đồ 2 khu"]

    def build(document: Any) -> None:
        for each in said:
            document.add_picture(io.BytesIO(png()))._inline.docPr.set("descr", each)

    assert [picture.alt for picture in convert(word(build)).pictures] == [""] * 6 + ["Sơ đồ 2 khu"]


def test_letters_are_composed() -> None:
    loose = unicodedata.normalize("NFD", "Tiếng Việt đầy đủ dấu")
    assert convert(paragraphs(loose, "Hết.")).title == "Tiếng Việt đầy đủ dấu"


def test_a_footnote_stands_at_the_end_without_arrows() -> None:
    told = '<w:footnote w:id="2"><w:p><w:r><w:t>Theo Quyết định 12.</w:t></w:r></w:p></w:footnote>'
    data = body(paragraphs("Tin", "Chữ."), "Chữ.</w:t>", 'Chữ.</w:t><w:footnoteReference w:id="2"/>')
    data = added(data, {"word/footnotes.xml": f'<w:footnotes xmlns:w="{WORD}">{told}</w:footnotes>'})
    assert clean(convert(data).html).text == "Chữ.[1]\nTheo Quyết định 12."


def test_what_stays_behind_is_said() -> None:
    comment = '<w:commentReference w:id="0"/>'
    deleted = '<w:del w:id="1" w:author="x"><w:r><w:delText>cũ</w:delText></w:r></w:del>'
    data = body(paragraphs("Chữ."), "</w:p>", f"<w:r>{comment}</w:r>{deleted}</w:p>")
    assert convert(data).left_out == ("ghi chú bên lề", "chữ đã xóa khi theo dõi thay đổi (Track Changes)")


def test_a_picture_that_is_none_is_said() -> None:
    def spoil(part: bytes) -> bytes:
        return b"\x01\x00\x00\x00 EMF"

    written = convert(changed(ARTICLE, "word/media/image1.png", spoil))
    assert written.pictures == ()
    assert written.left_out == ("1 ảnh (tệp không phải là ảnh PNG, JPEG, GIF hay WebP)",)
    assert "<img" not in written.html


class Counting(BaseHTTPRequestHandler):
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(404)
        self.end_headers()


@pytest.fixture
def outside() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Counting)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def linked(target: str) -> bytes:
    """The article with its picture only linked."""

    def link(rels: bytes) -> bytes:
        return rels.replace(b'Target="media/image1.png"', f'Target="{target}" TargetMode="External"'.encode())

    return body(changed(ARTICLE, "word/_rels/document.xml.rels", link), "r:embed=", "r:link=")


def test_nothing_is_fetched(outside: str, tmp_path: Any) -> None:
    (tmp_path / "anh.png").write_bytes(png())
    entity = f'<!DOCTYPE w [<!ENTITY x SYSTEM "{outside}/x">]><w:document'
    for target in (f"{outside}/anh.png", (tmp_path / "anh.png").as_uri()):
        written = convert(linked(target))
        assert written.left_out == ("1 ảnh (ảnh chỉ được liên kết, không nằm trong tệp)",)
    spelled = body(body(paragraphs("Chữ."), "<w:document", entity), "Chữ.", "Chữ.&x;")
    assert convert(spelled).html == "<p>Chữ.</p>"
    assert Counting.asked == []


TCVN3 = "C«ng ty cÊp n­íc th«ng b¸o t¹m ngõng cÊp n­íc"
VNI = "Coâng ty caáp nöôùc thoâng baùo taïm ngöøng caáp nöôùc ñeå söûa chöõa"


@pytest.mark.parametrize(
    ("texts", "named"),
    [
        ([TCVN3], "TCVN3"),
        ([VNI], "VNI"),
        (["Tiếng Việt đầy đủ dấu.", TCVN3], "TCVN3"),
        (["Tiếng Việt đầy đủ dấu.", VNI], "VNI"),
    ],
)
def test_letters_of_before_unicode_are_refused_with_the_mend(texts: list[str], named: str) -> None:
    with pytest.raises(UploadTrouble, match=rf"{named}.*UniKey"):
        convert(paragraphs(*texts))


@pytest.mark.parametrize(
    "text",
    [
        "Toán hoà quý thuê loà xoà, tuý luý uý kị.",
        "Muñoz, Ibañez, naïve",
        "THÔNG BÁO",
        "Diện tích 12 m², nhiệt độ 30°, © 2026",
        "Plain English words here.",
    ],
)
def test_other_letters_are_taken(text: str) -> None:
    assert clean(convert(paragraphs(text)).html).text == text


def locked(data: bytes) -> bytes:
    """With the flag of an encrypted part, in its own header and in the directory."""
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.index(sign) + at
        data = data[:start] + bytes([data[start] | 1]) + data[start + 1 :]
    return data


def of_type(data: bytes, content_type: str) -> bytes:
    new = content_type.encode()
    return changed(data, "[Content_Types].xml", lambda types: types.replace(MAIN.encode(), new))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "rỗng"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), r"đời cũ \(\.doc\) hoặc tệp đặt mật khẩu"),
        (b"%PDF-1.7\n", "không phải tệp Word"),
        (b"{\\rtf1 x}", "RTF"),
        (b"<html>", "chỉ nhận"),
        (PLAIN + bytes(31 * 2**20), "quá lớn: hơn 30 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_something_else_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(UploadTrouble, match=why):
        read_docx(data)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (archive({"x": "x"}), "không phải tệp Word"),
        (archive({"mimetype": "application/vnd.oasis.opendocument.text"}), "không phải tệp Word"),
        (locked(PLAIN), "mật khẩu"),
        (of_type(PLAIN, "application/vnd.ms-word.document.macroEnabled.main+xml"), "macro"),
        (added(PLAIN, {"word/vbaProject.bin": "x"}), "macro"),
        (of_type(PLAIN, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), "Excel"),
        (paragraphs("", " "), "không có chữ"),
        (PLAIN[:-200], "bị hỏng"),
        (changed(PLAIN, "word/document.xml", lambda xml: xml[:-20]), "bị hỏng"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_no_word_file_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(UploadTrouble, match=why):
        convert(data)


def test_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_XML", 1_000)
    monkeypatch.setattr(module, "MOST_UNPACKED", 10_000)
    with pytest.raises(UploadTrouble, match="quá lớn sau khi mở nén"):
        convert(changed(PLAIN, "word/document.xml", lambda xml: xml + bytes(1100)))
    with pytest.raises(UploadTrouble, match="quá lớn sau khi mở nén"):
        convert(added(PLAIN, {f"word/media/{n}.png": bytes(4_000) for n in range(3)}))
    monkeypatch.undo()
    laughs = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    doctype = f'<!DOCTYPE w [<!ENTITY a0 "ha">{laughs}]><w:document'
    with pytest.raises(UploadTrouble, match="bị hỏng"):
        convert(body(body(PLAIN, "<w:document", doctype), "Chữ.", "&a9;"))
    monkeypatch.setattr(module, "MOST_PICTURES", 1)

    def two(document: Any) -> None:
        for colour in ("red", "blue"):
            document.add_picture(io.BytesIO(png(colour)))

    assert convert(word(two)).left_out == ("1 ảnh (tệp có hơn 1 ảnh)",)


def test_a_style_map_in_the_file_is_not_heeded() -> None:
    data = added(PLAIN, {"mammoth/style-map": "p => script"})
    assert convert(data).html == "<p>Chữ.</p>"


@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(PLAIN) - 1))
    length = data.draw(st.integers(1, 40))
    damaged = PLAIN[:at] + data.draw(st.binary(min_size=length, max_size=length)) + PLAIN[at + length :]
    try:
        written = convert(damaged)
    except UploadTrouble:
        return
    assert clean(written.html).html == written.html


def test_it_is_read_in_the_sandbox() -> None:
    assert read_docx(ARTICLE, BASE) == convert(ARTICLE, BASE)
    with pytest.raises(UploadTrouble, match="TCVN3"):
        read_docx(paragraphs(TCVN3))
