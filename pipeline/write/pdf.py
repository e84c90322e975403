"""Whether a PDF is no more than pages to look at: nothing in it runs, starts, or hides another file."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject

from pipeline.write.uploads import UploadTrouble

_ACTIVE = {"/JavaScript", "/JS", "/Launch", "/EmbeddedFiles", "/EF", "/RichMedia", "/XFA", "/ImportData"}
"""Names by which a PDF runs code, starts programs or carries other files (ISO 32000-2 §7.11, 12.6, 12.7)."""
_DEEPEST = 100


def pages_of(data: bytes) -> int:
    """How many pages a PDF has that only shows. Raises `UploadTrouble` where it is broken, locked or active.

    Pure; runs in the sandbox, for `data` is hostile. Every object is looked at, also those that stand
    compressed within others.
    """
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted:
            raise UploadTrouble("Tệp PDF đặt mật khẩu hoặc khóa quyền. Hãy in lại thành PDF rồi tải lên.")
        for number, generation in _numbers(reader):
            if found := _active(reader.get_object(IndirectObject(number, generation, reader))):
                raise UploadTrouble(
                    f"Tệp PDF có mã lệnh hoặc tệp đính kèm bên trong ({found[1:]}). "
                    "Hãy in lại thành PDF rồi tải lên."
                )
        pages = len(reader.pages)
    except (PyPdfError, OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError) as error:
        # What pypdf raises on broken files is no closed set.
        raise UploadTrouble("Tệp PDF bị hỏng. Hãy xuất lại từ Word rồi tải lên.") from error
    if not pages:
        raise UploadTrouble("Tệp PDF không có trang nào.")
    return pages


def _numbers(reader: PdfReader) -> Iterator[tuple[int, int]]:
    for generation, numbers in reader.xref.items():
        yield from ((number, generation) for number in numbers)
    yield from ((number, 0) for number in reader.xref_objStm)


def _active(found: PdfObject | None, depth: int = 0) -> str:
    """The name in an object by which it is more than a picture of paper, or an empty string."""
    if depth > _DEEPEST:
        raise UploadTrouble("Tệp PDF lồng quá sâu.")
    if isinstance(found, DictionaryObject):
        for name, value in found.items():
            if str(name) in _ACTIVE or (name == "/S" and str(value) in _ACTIVE):
                return str(name)
            if inner := _active(value, depth + 1):
                return inner
    elif isinstance(found, ArrayObject):
        for value in found:
            if inner := _active(value, depth + 1):
                return inner
    return ""
