"""A script's page as PDF, with its fonts inside: it prints the same everywhere."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from pathlib import Path
from threading import Lock
from typing import Any

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Frame,
    HRFlowable,
    KeepTogether,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
)
from reportlab.platypus import Table as Grid

from channels.radio import sheet
from channels.radio.sheet import Banner, Block, Cue, Remark, Section, Signatures, Speech, Table, Title

_FONTS = Path(__file__).with_name("fonts")
_WIDTH = A4[0] - (sheet.LEFT + sheet.RIGHT) * mm
_NUMBER_FROM_TOP = 12 * mm
_ONE_AT_A_TIME = Lock()
"""The library keeps what it knows of fonts for the whole process."""


def pdf(blocks: Iterable[Block], *, title: str, author: str) -> bytes:
    """The same blocks give the same bytes."""
    file = io.BytesIO()
    with _ONE_AT_A_TIME:
        _register()
        document = BaseDocTemplate(
            file,
            pagesize=A4,
            invariant=1,
            creator="Loa",
            lang="vi-VN",
            title=sheet.printable(title),
            author=sheet.printable(author),
        )
        frame = Frame(
            sheet.LEFT * mm, sheet.BOTTOM * mm, _WIDTH, A4[1] - (sheet.TOP + sheet.BOTTOM) * mm, 0, 0, 0, 0
        )
        document.addPageTemplates(
            [
                PageTemplate("first", [frame], autoNextPageTemplate="later"),
                PageTemplate("later", [frame], onPage=_number),
            ]
        )
        story = [flowable for block in blocks for flowable in _flowables(block)]
        document.build([NextPageTemplate("later"), *story])
    return file.getvalue()


@cache
def _register() -> None:
    for name, file in (("Loa", "Regular"), ("Loa-Bold", "Bold"), ("Loa-Italic", "Italic")):
        pdfmetrics.registerFont(TTFont(name, _FONTS / f"LiberationSerif-{file}.ttf"))
    pdfmetrics.registerFontFamily(
        "Loa", normal="Loa", bold="Loa-Bold", italic="Loa-Italic", boldItalic="Loa-Bold"
    )


def _number(canvas: Any, _document: Any) -> None:
    """Centred in the top margin, not on the first page."""
    canvas.setFont("Loa", sheet.SMALL)
    middle = sheet.LEFT * mm + _WIDTH / 2
    canvas.drawCentredString(middle, A4[1] - _NUMBER_FROM_TOP - sheet.SMALL / 2, str(canvas.getPageNumber()))


@cache
def _style(name: str) -> ParagraphStyle:
    small: dict[str, Any] = {"fontName": "Loa", "fontSize": sheet.SMALL, "leading": 17}
    large: dict[str, Any] = {"fontName": "Loa", "fontSize": sheet.TEXT, "leading": 21}
    bold = {"fontName": "Loa-Bold"}
    leads = {"keepWithNext": 1}
    remark = {**small, "fontName": "Loa-Italic", "spaceAfter": 6}
    styles: dict[str, dict[str, Any]] = {
        "cell": small,
        "centre": {**small, "alignment": TA_CENTER},
        "strong": {**small, **bold},
        "strong-centre": {**small, **bold, "alignment": TA_CENTER},
        "day": {**small, "fontName": "Loa-Italic", "alignment": TA_CENTER},
        "title": {**large, **bold, "alignment": TA_CENTER, "spaceBefore": 16},
        "below": {**large, **bold, "alignment": TA_CENTER, "spaceAfter": 10},
        "section": {**large, **bold, "spaceBefore": 10, "spaceAfter": 4, **leads},
        "cue": {**large, **bold, "alignment": TA_CENTER, "spaceBefore": 8, "spaceAfter": 8, **leads},
        "lead": {**remark, **leads},
        "remark": remark,
        "speech": {**large, "alignment": TA_JUSTIFY, "firstLineIndent": sheet.INDENT * mm, "spaceAfter": 6},
    }
    return ParagraphStyle(name, **styles[name])


def _text(text: str, style: str) -> Paragraph:
    return Paragraph(_shown(text).replace("\n", "<br/>"), _style(style))


def _shown(text: str) -> str:
    """What the fonts can show of it: an emoji in a title would be an empty box."""
    known = pdfmetrics.getFont("Loa").face.charToGlyph
    return escape("".join(sign for sign in sheet.printable(text) if sign == "\n" or ord(sign) in known))


def _flowables(block: Block) -> Iterator[Any]:
    match block:
        case Banner(station, day):
            rule = HRFlowable("35%", 0.7, color=colors.black, spaceBefore=2)
            left = [_text(station.upper(), "strong-centre"), rule]
            yield _plain([[left, _text(day, "day")]], (0.6, 0.4))
        case Title(text, below):
            yield _text(text, "title")
            yield _text(below, "below")
        case Table():
            yield _grid(block)
            yield Spacer(0, 8)
        case Section(text, new_page):
            yield PageBreak() if new_page else CondPageBreak(30 * mm)
            yield _text(text, "section")
        case Cue(text):
            yield _text(text, "cue")
        case Remark(text, leads):
            yield _text(text, "lead" if leads else "remark")
        case Speech(who, text):
            pieces = [f"<b>{_shown(who)}</b> "] if who else []
            pieces += (
                f"<b>\u00a0{words.strip()}</b>" if mark else escape(words)
                for words, mark in sheet.stretches(text)
            )
            yield Paragraph("".join(pieces), _style("speech"))
        case Signatures(people):
            offices = [_text(office, "strong-centre") for office, _ in people]
            names = [_text(name, "strong-centre") for _, name in people]
            yield KeepTogether([Spacer(0, 14), _plain([offices, [Spacer(0, 22 * mm)] * len(people), names],
                                                      (1 / len(people),) * len(people))])  # fmt: skip


def _plain(rows: list[list[Any]], shares: tuple[float, ...]) -> Any:
    grid = Grid(rows, [_WIDTH * share for share in shares])
    grid.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("ALIGN", (0, 0), (-1, -1), "CENTER"),
            ("PADDING", (0, 0), (-1, -1), 0),
        ]
    )
    return grid


def _grid(table: Table) -> Any:
    cells = [[_text(text, "strong-centre") for text in table.header]] if table.header else []
    first = "centre" if table.header else "strong"
    cells += [[_text(row[0], first), *(_text(text, "cell") for text in row[1:])] for row in table.rows]
    grid = Grid(cells, [width * mm for width in table.widths], repeatRows=1 if table.header else 0)
    grid.setStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
        ]
    )
    return grid
