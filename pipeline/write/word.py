"""A Word file as an article: its words in the project's own HTML, its pictures, and what stayed behind."""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.parsers.expat import ExpatError

import mammoth
from mammoth.docx.files import InvalidFileReferenceError

from channels.portal import media_path
from pipeline.collect.clean import clean
from pipeline.collect.reencode import PictureTrouble, Reencoded, reencode
from pipeline.collect.sandbox import LimitReached, Refused, Sandbox
from pipeline.collect.words import fold
from pipeline.write.fonts import legacy
from pipeline.write.uploads import Kind, UploadTrouble, kind_of

CPU, WALL = 20, 60.0
"""Seconds of CPU and by the clock for one file: two dozen camera pictures are drawn anew in them."""
MOST_UNPACKED = 150 * 2**20
MOST_XML = 24 * 2**20
"""Bytes of one part of text: the parser takes some twenty times as much memory."""
MOST_PICTURES = 40
LONGEST_TITLE = 250

STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
"""
_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml."
_STAYS = (
    (rb"<w:commentReference\b", "ghi chú bên lề"),
    (rb"<m:oMath\b", "công thức toán học"),
    (rb"drawingml/2006/chart\"", "biểu đồ (hãy chụp thành ảnh rồi thả vào)"),
    (rb"drawingml/2006/diagram\"", "sơ đồ SmartArt (hãy chụp thành ảnh rồi thả vào)"),
    (rb"<w:object\b", "đối tượng nhúng, như bảng tính Excel"),
    (rb"<w:(?:del|moveFrom) ", "chữ đã xóa khi theo dõi thay đổi (Track Changes)"),
)
"""What Word can show and an article cannot hold, by its mark in the document."""
_NOTE_BACK = re.compile(r'<a href="#[^"]*-ref-[^"]*">↑</a>')
_NO_DESCRIPTION = re.compile(
    r"(?:picture|image|hình ảnh|ảnh|hình)?\s*\d*|.*\.(?:png|jpe?g|gif|bmp|webp)"
    r"|.*(?:description automatically generated|mô tả được tạo tự động).*|ai-generated content.*",
    re.IGNORECASE | re.DOTALL,
)
"""What Word writes by itself where nobody described a picture."""
_SENTENCE_END = (".", ";", ":", ",", "!", "…")


@dataclass(frozen=True)
class WordPicture:
    """A picture of the file, drawn anew; in the HTML it stands under `url`, its address once it is stored."""

    url: str
    alt: str
    picture: Reencoded


@dataclass(frozen=True)
class Written:
    """A Word file as an article: `html` is cleaned, without the title and the lead."""

    title: str
    lead: str
    html: str
    pictures: tuple[WordPicture, ...] = ()
    left_out: tuple[str, ...] = ()
    """What is not in it and was in the file, in plain Vietnamese."""


def read_docx(data: bytes, base: str = "") -> Written:
    """Convert a Word file in the sandbox; `base` is the office's address, under which pictures will stand.

    Nothing that the file points at is fetched. Raises `UploadTrouble` in plain Vietnamese: no DOCX, locked,
    with macros, too large, empty, damaged, or in letters of before Unicode.
    """
    if kind_of(data) is not Kind.WORD:
        raise UploadTrouble("Tệp này không phải tệp Word (.docx), dù tên tệp có thể ghi như vậy.")
    try:
        with Sandbox(workers=1, wall=WALL, cpu=CPU, answers=(Written, WordPicture)) as sandbox:
            written = sandbox.run("pipeline.write.word:convert", data, base)
    except (Refused, LimitReached) as error:
        raise UploadTrouble(str(error)) from error
    if not isinstance(written, Written):
        raise TypeError("convert answered with something else than what was written")
    return written


def convert(data: bytes, base: str = "") -> Written:
    """`read_docx` in this process: pure, for the sandbox and for tests."""
    try:
        _admit(data)
        pictures = _Pictures(base)
        html = mammoth.convert_to_html(
            BytesIO(data),
            style_map=STYLES,
            include_embedded_style_map=False,
            external_file_access=False,
            convert_image=pictures,
        ).value
        marks = _marks(data)
    except (
        OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError, EOFError,
        zipfile.BadZipFile, zlib.error, ExpatError,
    ) as error:  # fmt: skip
        # What mammoth raises on broken files is no closed set.
        raise UploadTrouble("Tệp Word bị hỏng. Hãy mở bằng Word, lưu lại rồi thả tệp mới.") from error
    cleaned = clean(_NOTE_BACK.sub("", html), base)
    if not cleaned.text.strip() and not pictures.kept:
        raise UploadTrouble("Tệp Word không có chữ và cũng không có ảnh.")
    if old := legacy(cleaned.text):
        raise UploadTrouble(old.mend)
    title, lead, body = _parted(cleaned.html, base)
    cut = ["phần cuối bài, vì bài quá dài"] if cleaned.cut else []
    return Written(title, lead, body, tuple(pictures.kept), (*marks, *pictures.trouble(), *cut))


def _admit(data: bytes) -> None:
    """Raise `UploadTrouble` unless this is a Word document of a bearable size without programs in it."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = archive.infolist()
        if any(part.flag_bits & 1 for part in parts):
            raise UploadTrouble("Tệp đặt mật khẩu. Hãy bỏ mật khẩu trong Word rồi thả lại.")
        texts = (part.file_size for part in parts if part.filename.lower().endswith((".xml", ".rels")))
        if sum(part.file_size for part in parts) > MOST_UNPACKED or max(texts, default=0) > MOST_XML:
            raise UploadTrouble("Tệp Word quá lớn sau khi mở nén. Hãy chia bài hoặc giảm cỡ ảnh.")
        names = {part.filename for part in parts}
        types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in names else b""
        if b"macroEnabled" in types or any(name.lower().endswith("vbaproject.bin") for name in names):
            raise UploadTrouble(
                "Tệp Word có macro (.docm), Loa không nhận. Hãy lưu lại thành Word Document (*.docx)."
            )
        if _MAIN not in types:
            raise UploadTrouble("Tệp này không phải tệp Word (.docx): có thể là Excel, ODT hoặc tệp nén.")


class _Pictures:
    """What mammoth calls for each picture: keeps those that can be drawn, and says what became of others."""

    def __init__(self, base: str) -> None:
        self._base = base.rstrip("/")
        self._lost: dict[str, int] = {}
        self.kept: list[WordPicture] = []

    def __call__(self, image: Any) -> list[Any]:
        try:
            picture = self._drawn(image)
        except PictureTrouble as trouble:
            self._lost[str(trouble)] = self._lost.get(str(trouble), 0) + 1
            return []
        url = self._base + media_path(hashlib.sha256(picture.data).hexdigest(), picture.content_type)
        alt = fold(image.alt_text or "")
        alt = "" if _NO_DESCRIPTION.fullmatch(alt) else alt
        self.kept.append(WordPicture(url, alt, picture))
        return [mammoth.html.element("img", {"src": url, "alt": alt})]

    def _drawn(self, image: Any) -> Reencoded:
        if len(self.kept) >= MOST_PICTURES:
            raise PictureTrouble(f"Tệp có hơn {MOST_PICTURES} ảnh")
        try:
            with image.open() as file:
                raw = file.read()
        except InvalidFileReferenceError as error:
            raise PictureTrouble("Ảnh chỉ được liên kết, không nằm trong tệp") from error
        except KeyError as error:
            raise PictureTrouble("Ảnh không có trong tệp") from error
        return reencode(raw)

    def trouble(self) -> Iterator[str]:
        for why, count in self._lost.items():
            yield f"{count} ảnh ({why[0].lower()}{why[1:]})"


def _marks(data: bytes) -> list[str]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        document = b"".join(
            archive.read(name) for name in archive.namelist() if re.fullmatch(r"word/document\w*\.xml", name)
        )
    return [what for mark, what in _STAYS if re.search(mark, document)]


def _parted(html: str, base: str) -> tuple[str, str, str]:
    """Title, lead and the rest of a cleaned article: a heading at its start, or a line that is no sentence,
    is its title; a bold or italic paragraph after it is its lead."""
    first, _, rest = html.partition("\n")
    title = fold(clean(first, base).text)
    line = not title.endswith(_SENTENCE_END) or first == f"<p><strong>{title}</strong></p>"
    if not (rest and title and len(title) <= LONGEST_TITLE and first.startswith(("<h", "<p>")) and line):
        title, rest = "", html
    lead = clean(rest, base).lead
    return title, lead, rest.partition("\n")[2] if lead else rest
