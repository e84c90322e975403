"""What a file that an officer uploads is, told by its content, and how it is kept: checked, by its hash."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipeline.collect.pictures import StoredPicture, store
from pipeline.collect.reencode import Reencoded
from pipeline.collect.sandbox import LimitReached, Refused, Sandbox
from pipeline.entry import Trouble


class Kind(StrEnum):
    """What an upload may be."""

    WORD = "word"
    PICTURE = "picture"
    PDF = "pdf"


MOST_BYTES = {Kind.WORD: 30 * 2**20, Kind.PICTURE: 10 * 2**20, Kind.PDF: 30 * 2**20}
"""Bytes of an upload: a camera's own JPEG, a Word file with a dozen of them, a scanned decision."""
NAMES = {Kind.WORD: "Tệp Word", Kind.PICTURE: "Ảnh", Kind.PDF: "Tệp PDF"}
PDF = "application/pdf"

_SIGNATURES = (
    (b"PK\x03\x04", Kind.WORD),
    (b"%PDF-", Kind.PDF),
    (b"\x89PNG\r\n\x1a\n", Kind.PICTURE),
    (b"\xff\xd8\xff", Kind.PICTURE),
    (b"GIF87a", Kind.PICTURE),
    (b"GIF89a", Kind.PICTURE),
    (b"RIFF", Kind.PICTURE),
)
_SAVE_AS = "mở tệp trong Word, chọn Tệp → Lưu dưới dạng (Save As) → Word Document (*.docx), rồi thả tệp mới."
_KNOWN = (
    (b"\xd0\xcf\x11\xe0", f"Đây là tệp Word đời cũ (.doc) hoặc tệp đặt mật khẩu. Cách sửa: {_SAVE_AS}"),
    (b"{\\rtf", f"Đây là tệp RTF. Cách sửa: {_SAVE_AS}"),
    (b"PK\x05\x06", "Tệp rỗng."),
    (b"II*\x00", "Đây là ảnh TIFF. Hãy lưu lại thành JPEG hoặc PNG."),
    (b"MM\x00*", "Đây là ảnh TIFF. Hãy lưu lại thành JPEG hoặc PNG."),
)
_ELSE = "Loa chỉ nhận tệp Word (.docx), ảnh (PNG, JPEG, GIF, WebP) và PDF."


class UploadTrouble(Trouble):
    """An upload that is not taken; the reason says what to do about it."""


@dataclass(frozen=True)
class StoredPdf:
    """A PDF that stands in the folder; `size` in bytes."""

    sha256: str
    size: int
    pages: int
    content_type: str = PDF


def kind_of(data: bytes) -> Kind:
    """What the file is by its first bytes, whatever its name says. Raises `UploadTrouble`."""
    if not data.strip():
        raise UploadTrouble("Tệp rỗng.")
    kind = next((kind for signature, kind in _SIGNATURES if data.startswith(signature)), None)
    if kind is None and data[:20].decode("ascii", "ignore").lstrip().startswith("%PDF-"):
        kind = Kind.PDF
    if kind is None:
        known = next((why for signature, why in _KNOWN if data.startswith(signature)), _ELSE)
        raise UploadTrouble(known)
    if len(data) > MOST_BYTES[kind]:
        most = MOST_BYTES[kind] // 2**20
        raise UploadTrouble(f"{NAMES[kind]} quá lớn: hơn {most} MB.")
    return kind


def keep_picture(folder: Path, data: bytes) -> StoredPicture:
    """Draw a picture anew in the sandbox and store it below `folder`. Raises `PictureTrouble`."""
    with Sandbox(workers=1) as sandbox:
        return keep_drawn(folder, sandbox.reencode(data))


def keep_drawn(folder: Path, picture: Reencoded) -> StoredPicture:
    """Store a picture that was drawn anew, such as one of a Word file."""
    sha256 = store(folder, picture.data, picture.content_type)
    return StoredPicture(sha256, picture.content_type, picture.width, picture.height, len(picture.data))


def keep_pdf(folder: Path, data: bytes) -> StoredPdf:
    """Read a PDF through in the sandbox and store it as it is below `folder`. Raises `UploadTrouble`."""
    try:
        with Sandbox(workers=1) as sandbox:
            pages = sandbox.run("pipeline.write.pdf:pages_of", data)
    except (Refused, LimitReached) as error:
        raise UploadTrouble(str(error)) from error
    if not isinstance(pages, int):
        raise TypeError("pages_of answered with something else than a number")
    return StoredPdf(store(folder, data, PDF), len(data), pages)
