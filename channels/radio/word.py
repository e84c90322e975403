"""A script's page as a Word document, to be changed by hand before it is read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from channels.radio import sheet
from channels.radio.sheet import Banner, Block, Cue, Remark, Section, Signatures, Speech, Table, Title

_FONT = "Times New Roman"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP archive knows."""
_PROPERTY = 255
"""Characters that a document's property may have."""
_CENTRE, _JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY


def word(blocks: Iterable[Block], *, title: str, author: str, at: datetime) -> bytes:
    """The same blocks give the same bytes: `at`, aware, stands for the time of writing."""
    document = docx.Document()
    _page(document)
    about = document.core_properties
    about.title, about.author = (sheet.printable(name)[:_PROPERTY] for name in (title, author))
    about.last_modified_by, about.comments = about.author, ""
    about.language, about.revision = "vi-VN", 1
    about.created = about.modified = at.replace(tzinfo=None)
    for block in blocks:
        _write(document, block)
    return _same_bytes(document)


def _page(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(sheet.TOP), Mm(sheet.BOTTOM)
    section.left_margin, section.right_margin = Mm(sheet.LEFT), Mm(sheet.RIGHT)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = _CENTRE
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run = number.add_run("2")
    run.font.size = Pt(sheet.SMALL)
    field.append(run._r)
    number._p.append(field)
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(sheet.TEXT)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:eastAsia", "w:cs"):
        fonts.set(qn(script), _FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    style.element.get_or_add_rPr().append(language)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)


def _write(document: Any, block: Block) -> None:
    match block:
        case Banner(station, day):
            left, right = _plain(document, (96, 64))
            _say(left.paragraphs[0], station.upper(), sheet.SMALL, bold=True).alignment = _CENTRE
            _rule(left.add_paragraph())
            _say(right.paragraphs[0], day, sheet.SMALL, italic=True).alignment = _CENTRE
        case Title(text, below):
            for words, before, after in ((text, 12, 0), (below, 0, 10)):
                _spaced(_say(document.add_paragraph(), words, bold=True), before, after).alignment = _CENTRE
        case Table():
            _grid(document, block)
            document.add_paragraph().paragraph_format.line_spacing = Pt(8)
        case Section(text, new_page):
            heading = _spaced(_say(document.add_paragraph(), text, bold=True), 10, 4)
            heading.paragraph_format.keep_with_next = True
            heading.paragraph_format.page_break_before = new_page
        case Cue(text):
            cue = _spaced(_say(document.add_paragraph(), text, bold=True), 8, 8)
            cue.alignment = _CENTRE
            cue.paragraph_format.keep_with_next = True
        case Remark(text, leads):
            remark = _spaced(_say(document.add_paragraph(), text, sheet.SMALL, italic=True), 0, 6)
            remark.paragraph_format.keep_with_next = leads
        case Speech(who, text):
            _speech(document.add_paragraph(), who, text)
        case Signatures(people):
            cells = _plain(document, (160 // len(people),) * len(people))
            for cell, (office, name) in zip(cells, people, strict=True):
                _spaced(_say(cell.paragraphs[0], office, sheet.SMALL, bold=True), 14, 62).alignment = _CENTRE
                _say(cell.add_paragraph(), name, sheet.SMALL, bold=True).alignment = _CENTRE


def _speech(paragraph: Paragraph, who: str, text: str) -> None:
    if who:
        paragraph.add_run(f"{who} ").bold = True
    for words, is_mark in sheet.stretches(text):
        # A mark never begins a line.
        paragraph.add_run(f"\u00a0{words.strip()}" if is_mark else words).bold = is_mark or None
    shape = _spaced(paragraph, 0, 6).paragraph_format
    shape.first_line_indent = Mm(sheet.INDENT)
    shape.line_spacing = 1.3
    paragraph.alignment = _JUSTIFY


def _say(
    paragraph: Paragraph, text: str, size: int = sheet.TEXT, *, bold: bool = False, italic: bool = False
) -> Paragraph:
    run = paragraph.add_run(sheet.printable(text))
    run.font.size = Pt(size)
    run.bold, run.italic = bold or None, italic or None
    return paragraph


def _spaced(paragraph: Paragraph, before: float, after: float) -> Paragraph:
    paragraph.paragraph_format.space_before = Pt(before)
    paragraph.paragraph_format.space_after = Pt(after)
    return paragraph


def _rule(paragraph: Paragraph) -> None:
    """A short line under the name of who issues the page."""
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)
    shape = _spaced(paragraph, 2, 0).paragraph_format
    shape.left_indent = shape.right_indent = Mm(32)


def _plain(document: Any, widths: tuple[int, ...]) -> Any:
    """The cells of one row without lines."""
    table = document.add_table(1, len(widths))
    _sized(table, widths)
    _flag(table.rows[0], "w:cantSplit")
    return table.rows[0].cells


def _sized(table: Any, widths: tuple[int, ...]) -> None:
    """Word heeds the cells' widths, LibreOffice the columns'."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


def _grid(document: Any, table: Table) -> None:
    rows = [*([table.header] if table.header else []), *table.rows]
    grid = document.add_table(len(rows), len(table.widths), "Table Grid")
    _sized(grid, table.widths)
    for at, (row, texts) in enumerate(zip(grid.rows, rows, strict=True)):
        heads = bool(table.header) and at == 0
        for column, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            names = not table.header and column == 0
            said = _spaced(_say(cell.paragraphs[0], text, sheet.SMALL, bold=heads or names), 1, 2)
            if heads or (table.header and column == 0):
                said.alignment = _CENTRE
        _flag(row, "w:cantSplit")
        if heads:
            _flag(row, "w:tblHeader")


def _flag(row: Any, name: str) -> None:
    """A row is never cut by a page's end; a head is repeated on every page."""
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _same_bytes(document: Any) -> bytes:
    """The archive without the moment at which it was made."""
    made, still = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(still, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _EPOCH), old.read(name), zipfile.ZIP_DEFLATED)
    return still.getvalue()
