"""A programme's files: the decree's measures, the same bytes again, whole or not at all."""

from __future__ import annotations

import io
import json
import os
import wave
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from channels.base import Priority
from channels.radio import audio, paper
from channels.radio.files import put
from channels.radio.pdf import pdf
from channels.radio.programme import Programme, Script, Told, duration
from channels.radio.script import told
from channels.radio.sheet import Remark, Section, Table, Title, sheet
from channels.radio.word import word
from tests.channels.items import feed_item
from tests.channels.radio.test_programme import bulletin, several
from tests.channels.radio.test_script import READER, text

FILE = "2026-11-24/2026-11-24T0500-ban-tin-sang.txt"
MM = 72 / 25.4
"""Points."""


@pytest.fixture(scope="module", autouse=True)
def silence() -> Iterator[bool]:
    """Without the extra, whatever is installed here; gives whether it is."""
    with pytest.MonkeyPatch.context() as patch:
        there = audio.AVAILABLE
        patch.setattr(audio, "AVAILABLE", False)
        yield there


@pytest.fixture(scope="module")
def programme() -> Programme:
    return bulletin(*several())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, programme: Programme) -> Path:
    folder = tmp_path_factory.mktemp("radio")
    paper.write(folder, FILE, programme)
    return folder


def on_paper(programme: Programme) -> list[str]:
    """The lines with their marks."""
    return [line.text for line in programme.lines()]


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_text_is_what_is_said_and_nothing_else(folder: Path, programme: Programme) -> None:
    text = (folder / FILE).read_text("utf-8")
    assert text == "\n\n".join(line.said for line in programme.lines()) + "\n"
    assert "/" not in text
    assert "NHẠC" not in text


def test_the_data(folder: Path, programme: Programme) -> None:
    value = json.loads((folder / FILE).with_suffix(".json").read_text("utf-8"))
    assert Programme.of(value) == programme
    assert value["level"] == "thuong"
    assert value["seconds"] == programme.seconds
    assert value["syllables"] == programme.syllables
    assert value["text"] == (folder / FILE).read_text("utf-8")
    assert value["scripts"][0]["source"] == "Văn phòng UBND tỉnh"


def test_the_word_document_keeps_the_decree_s_measures(folder: Path) -> None:
    """Nghị định 30/2020/NĐ-CP, Phụ lục I."""
    document = docx.Document(str((folder / FILE).with_suffix(".docx")))
    (section,) = document.sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)  # type: ignore[union-attr]
    assert 20 <= round(section.top_margin.mm) <= 25  # type: ignore[union-attr]
    assert 20 <= round(section.bottom_margin.mm) <= 25  # type: ignore[union-attr]
    assert 30 <= round(section.left_margin.mm) <= 35  # type: ignore[union-attr]
    assert 15 <= round(section.right_margin.mm) <= 20  # type: ignore[union-attr]
    assert section.different_first_page_header_footer
    assert section.first_page_header.is_linked_to_previous
    number = section.header.paragraphs[0]
    assert number.alignment == 1
    assert [field.get(qn("w:instr")) for field in number._p.iter(qn("w:fldSimple"))] == ["PAGE"]
    normal = document.styles["Normal"].font
    assert normal.name == "Times New Roman"
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    paragraphs = [*document.paragraphs, *(one for cell in cells for one in cell.paragraphs)]
    sizes = {run.font.size or normal.size for one in paragraphs for run in one.runs}
    assert sizes <= {Pt(13), Pt(14)}
    assert {run.font.name for one in paragraphs for run in one.runs} == {None}
    spoken = [one for one in paragraphs if one.text.endswith("//")]
    assert {round(one.paragraph_format.first_line_indent.mm) for one in spoken} == {10}
    assert all(one.paragraph_format.space_after >= Pt(6) for one in spoken)
    assert all(1 <= one.paragraph_format.line_spacing <= 1.5 for one in spoken)


def test_the_word_document_says_everything(folder: Path, programme: Programme) -> None:
    document = docx.Document(str((folder / FILE).with_suffix(".docx")))
    spoken = [flat(one.text) for one in document.paragraphs]
    for line in on_paper(programme):
        assert any(one.endswith(flat(line)) for one in spoken)
    fields = {row.cells[0].text: row.cells[1].text for row in document.tables[1].rows}
    assert fields["Đài, đơn vị"] == "Văn phòng UBND tỉnh Phú Thọ"
    assert fields["Phát lúc"] == "05 giờ 00, thứ Ba, ngày 24/11/2026"
    assert fields["Khung giờ"] == "15 phút"
    assert fields["Mức bản tin"] == "Thông thường (Thông tư 39/2020/TT-BTTTT)"
    assert fields["Thời lượng ước tính"].startswith(duration(programme.seconds))
    signed = [[flat(one.text) for one in cell.paragraphs] for cell in document.tables[2].rows[0].cells]
    assert signed == [["BIÊN TẬP", "Hòa"], ["PHÁT THANH VIÊN", "Hà"], ["NGƯỜI DUYỆT", "Minh"]]
    assert not {"Biên tập", "Người duyệt", "Phát thanh viên"} & set(fields)
    cues = [one for one in spoken if one.startswith("[NHẠC")]
    assert cues == ["[NHẠC HIỆU: 15 GIÂY]", *["[NHẠC CẮT: 4 GIÂY]"] * 3, "[NHẠC KẾT THÚC: 10 GIÂY]"]
    readings = {row.cells[1].text: row.cells[2].text for row in document.tables[-1].rows}
    assert readings["Viết"] == "Đọc"
    assert readings["UBND"] == "Ủy ban nhân dân"
    assert any(one.endswith("Giọng 2: " + flat(two)) for one in spoken for two in on_paper(programme))


def test_the_pdf_keeps_the_decree_s_measures(folder: Path, programme: Programme) -> None:
    reader = PdfReader((folder / FILE).with_suffix(".pdf"))
    whole = ""
    for number, page in enumerate(reader.pages, 1):
        assert [round(float(side) / MM) for side in page.mediabox[2:]] == [210, 297]
        placed: list[tuple[float, float, str, float]] = []

        def see(words: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
            if words.strip():
                x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
                placed.append((x / MM, y / MM, words.strip(), size))  # noqa: B023

        page.extract_text(visitor_text=see)
        above = [(x, words) for x, y, words, _ in placed if y > 277]
        if number == 1:
            assert above == []
        else:
            ((x, words),) = above
            assert words == str(number)
            assert x == pytest.approx(110, abs=3)
        assert {round(size) for *_, size in placed} <= {13, 14}
        assert min(x for x, *_ in placed) >= 29.9
        assert max(x for x, *_ in placed) <= 190
        assert min(y for _, y, *_ in placed) >= 20
        whole += page.extract_text() + " "
    for line in on_paper(programme):
        first = " ".join(flat(line).split()[:5])
        assert first in flat(whole)


def test_the_pdf_carries_its_fonts(folder: Path) -> None:
    reader = PdfReader((folder / FILE).with_suffix(".pdf"))
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]  # type: ignore[index]
    own = [font for font in fonts if "LiberationSerif" in font["/BaseFont"]]
    assert len(own) >= 3
    assert all("/FontFile2" in font["/FontDescriptor"] for font in own)
    assert reader.metadata is not None
    assert reader.metadata.title == "Bản tin sáng"


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(), max_size=60), st.integers(1, 60))
def test_any_text_can_be_printed(odd: str, times: int) -> None:
    (first, *_) = several()
    script = replace(
        first, title=odd * times, source=odd, link=odd, flags=(odd,), notes=(odd,), appendix=((odd, odd),)
    )
    blocks = list(sheet(bulletin(script, script), [script]))
    read = PdfReader(io.BytesIO(pdf(blocks, title=odd * times, author=odd)))
    assert len(read.pages) > 3
    docx.Document(io.BytesIO(word(blocks, title=odd * times, author=odd, at=bulletin().airs_at)))


def test_again_is_the_same_bytes(folder: Path, tmp_path: Path, programme: Programme) -> None:
    names = paper.write(tmp_path, FILE, Programme.of(json.loads(json.dumps(programme.as_json()))))
    assert sorted(names) == sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.name != "index.html"
        and path.is_file()
    )  # fmt: skip
    for name in (*names, "2026-11-24/index.html"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
    with zipfile.ZipFile(io.BytesIO((tmp_path / FILE).with_suffix(".docx").read_bytes())) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def texts(programme: Programme) -> list[str]:
    return [block.text for block in sheet(programme) if isinstance(block, (Title, Section, Remark))]


def fields(programme: Programme) -> dict[str, str]:
    (about,) = (block for block in sheet(programme) if isinstance(block, Table) and not block.header)
    return {row[0]: row[1] for row in about.rows}


def alone(**changes: Any) -> Programme:
    dated = replace(several()[0], article=26, published="2026-11-20T08:00:00+07:00")
    script = replace(dated, **changes)
    return Programme("Đài", "Tin phát riêng", bulletin().airs_at, 0, 190, (script,), steps=(Told(0),))


def test_a_single_script_leaves_its_hour_to_the_station() -> None:
    page = fields(alone())
    assert set(page["Phát lúc"]) == {"."}
    assert page["Được phát từ"] == "05 giờ 00, thứ Ba, ngày 24/11/2026"
    assert page["Văn bản nguồn"].endswith("Bài số 26, đăng ngày 20/11/2026")
    assert "http" not in page["Văn bản nguồn"]
    assert fields(alone(level=Priority.EMERGENCY))["Phát lúc"] == "Phát ngay"
    assert "Gỡ lúc" in fields(alone(kind="withdrawal"))


def test_corrections_and_withdrawals_are_marked() -> None:
    assert texts(alone())[0] == "KỊCH BẢN PHÁT THANH"
    assert texts(alone(kind="correction"))[0] == "KỊCH BẢN PHÁT THANH – ĐÍNH CHÍNH"
    first, second, third, _ = several()
    programme = bulletin(replace(first, kind="withdrawal"), replace(second, kind="correction"), third)
    assert [one for one in texts(programme) if one.startswith("Tin ")][:3] == [
        "Tin 1 – GỠ TIN", "Tin 2 – ĐÍNH CHÍNH", "Tin 3",
    ]  # fmt: skip


def test_doubts_come_first_and_long_sentences_are_one_list() -> None:
    page = texts(
        alone(flags=("“XQZK”: lạ",), notes=("Rút gọn.",), long=("“A” (60 âm tiết)", "“B” (51 âm tiết)"))
    )
    start = page.index("LƯU Ý: CẦN XEM TRƯỚC KHI PHÁT")
    assert page[start : start + 6] == [
        "LƯU Ý: CẦN XEM TRƯỚC KHI PHÁT", "1. “XQZK”: lạ",
        "GHI CHÚ", "1. Rút gọn.",
        "CÂU DÀI, NÊN TÁCH", "“A” (60 âm tiết); “B” (51 âm tiết).",
    ]  # fmt: skip


def test_the_appendix_has_no_doubles_and_no_page_of_its_own() -> None:
    readings = (("UBND", "Ủy ban nhân dân"), ("ubnd", "ủy ban nhân dân"), ("50%", "năm mươi phần trăm"))
    *_, section, table = sheet(alone(appendix=readings))
    assert isinstance(section, Section)
    assert not section.new_page
    assert isinstance(table, Table)
    assert [row[1] for row in table.rows] == ["UBND", "50%"]


def test_a_shortened_article_s_page_offers_the_whole_in_parts(tmp_path: Path) -> None:
    short, *parts = told(feed_item("kh-05"), text, READER, "news")
    alone = Programme(
        "Đài", "Tin phát riêng", bulletin().airs_at, 0, 190, (short,), steps=bulletin(short).steps
    )
    paper.write(tmp_path, FILE, alone, parts)
    document = docx.Document(str((tmp_path / FILE).with_suffix(".docx")))
    told_here = [one.text for one in document.paragraphs]
    assert "PHƯƠNG ÁN PHÁT TRỌN BÀI" in told_here
    assert [one for one in told_here if one.startswith(("Phần 1 trên 2 (", "Phần 2 trên 2 ("))]
    value = json.loads((tmp_path / FILE).with_suffix(".json").read_text("utf-8"))
    assert tuple(Script.of(part) for part in value["parts"]) == tuple(parts)


def test_after_a_power_cut_the_text_stands_only_where_all_stands(
    folder: Path, tmp_path: Path, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The power goes at each moment at which something is made to last."""
    sync, made = os.fsync, 0
    while True:
        left = made

        def cut(handle: int) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise OSError(5, "Input/output error")
            sync(handle)

        monkeypatch.setattr(os, "fsync", cut)
        try:
            paper.write(tmp_path, FILE, programme)
            break
        except OSError:
            made += 1
        finally:
            monkeypatch.undo()
        for path in (path for path in tmp_path.rglob("*") if path.is_file()):
            name = path.relative_to(tmp_path)
            assert path.read_bytes() == (folder / name).read_bytes()
        if (tmp_path / FILE).exists():
            for kind in (".json", ".pdf", ".docx"):
                assert (tmp_path / FILE).with_suffix(kind).exists()
    assert made > 8
    assert (tmp_path / "2026-11-24" / "index.html").exists()


def test_sound_is_there_only_with_its_extra(
    tmp_path: Path, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not any(name.endswith(".wav") for name in paper.write(tmp_path, FILE, programme))
    assert "Nghe thử" not in (tmp_path / "2026-11-24" / "index.html").read_text("utf-8")
    monkeypatch.setattr(audio, "AVAILABLE", True)
    monkeypatch.setattr(audio, "wav", lambda text, rate: f"{rate} {text}".encode())
    paper.write(tmp_path, FILE, programme)
    sound = (tmp_path / FILE).with_suffix(".wav").read_text("utf-8")
    assert sound == f"190 {(tmp_path / FILE).read_text('utf-8')}"
    assert "Nghe thử" in (tmp_path / "2026-11-24" / "index.html").read_text("utf-8")
    paper.take_away(tmp_path, FILE)
    assert list((tmp_path / "2026-11-24").iterdir()) == []


@pytest.mark.parametrize("rate", [120, 190, 233])
def test_the_synthesizer_reads_at_the_channel_s_rate(
    silence: bool, folder: Path, programme: Programme, rate: int
) -> None:
    if not silence:
        pytest.skip("without the extra `audio`")
    text = (folder / FILE).read_text("utf-8")
    with wave.open(io.BytesIO(audio.wav(text, rate))) as sound:
        length = sound.getnframes() / sound.getframerate()
    assert length == pytest.approx(programme.syllables * 60 / rate, rel=0.06)


def test_a_synthesizer_that_fails_keeps_no_script_from_the_air(
    tmp_path: Path, programme: Programme, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(audio, "AVAILABLE", True)
    monkeypatch.setattr(audio, "_PROGRAM", Path("/nowhere/espeak.py"))
    names = paper.write(tmp_path, FILE, programme)
    assert FILE in names
    assert not any(name.endswith(".wav") for name in names)
    assert "Không tạo được bản nghe thử" in caplog.text


def test_what_a_station_puts_there_is_left_alone(tmp_path: Path, programme: Programme) -> None:
    day = tmp_path / "2026-11-24"
    put(day / "ghi-chu.txt", b"x")
    put(day / "ghi-chu.json", b"[1]")
    put(day / "hong.txt", b"x")
    put(day / "hong.json", b"{")
    paper.write(tmp_path, FILE, programme)
    paper.take_away(tmp_path, FILE)
    assert sorted(path.name for path in day.iterdir()) == [
        "ghi-chu.json",
        "ghi-chu.txt",
        "hong.json",
        "hong.txt",
    ]
