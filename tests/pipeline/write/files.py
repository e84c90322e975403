"""Files as officers upload, made here: whole ones by python-docx, bare and broken ones by zipfile."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import docx
from PIL import Image

Build = Callable[[Any], None]


def word(build: Build) -> bytes:
    """A Word file with what `build` puts into python-docx's document."""
    document = docx.Document()
    build(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>'
)


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


def paragraphs(*texts: str) -> bytes:
    """The barest Word file: no styles, nothing but these paragraphs."""
    told = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in texts)
    document = f'<w:document xmlns:w="{WORD}"><w:body>{told}</w:body></w:document>'
    return archive({"[Content_Types].xml": _TYPES, "word/document.xml": document})


def changed(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same package with this part changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        return archive(
            {each: change(old.read(each)) if each == name else old.read(each) for each in old.namelist()}
        )


def added(data: bytes, parts: Mapping[str, str | bytes]) -> bytes:
    """The same package with parts more."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        return archive({each: old.read(each) for each in old.namelist()} | dict(parts))


def body(data: bytes, old: str, new: str) -> bytes:
    """The same package with these words of its document's XML exchanged."""
    return changed(data, "word/document.xml", lambda xml: xml.replace(old.encode(), new.encode()))


def png(colour: str = "red", size: tuple[int, int] = (30, 20)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()
