"""An officer's own hand on a wording: words put right, facts stated, pictures described; the rest stays."""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape, unescape
from typing import Any

from pipeline import structure
from pipeline.collect.clean import clean
from pipeline.collect.identity import folded_hash
from pipeline.models import Revision

FIELDS = ("topic", "kind", "priority", "published", "embargo", "expires")
"""What an officer may state of an article beside its words; see `Revision`."""
MASK = "[đã che]"
"""Stands where personal data stood."""
MINUTE = timedelta(minutes=1)
_TAGS = re.compile(r"(<[^>]*>)")
_SRC, _ALT = re.compile(r' src="([^"]*)"'), re.compile(r' alt="[^"]*"')


class NothingToChange(Exception):
    """The wrong words do not stand in the article; `str()` says which, in Vietnamese."""


@dataclass(frozen=True)
class Edit:
    """What is changed of a wording; `fields` are some of `FIELDS`, `alts` goes by a picture's place."""

    words: Sequence[tuple[str, str]] = ()
    """(wrong, right), in title, lead and text."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    alts: Mapping[int, str] = field(default_factory=dict)


def edited(revision: Revision, edit: Edit, who: str, now: datetime) -> Revision:
    """An unsaved revision with these changes; every wrong word is replaced wherever it stands.

    Raises `NothingToChange`. What the source last said stays its `content_hash`: the same entry, read
    again, is no change of it. A fact that an officer states is one that need not be read any more.
    """
    new = copy.copy(revision)
    new.pk, new._state.adding = None, True
    for wrong, right in edit.words:
        _replace(new, _nfc(wrong), _nfc(right))
    stated = {name: value for name, value in edit.fields.items() if not _same(getattr(revision, name), value)}
    for name, value in stated.items():
        setattr(new, name, value)
    new.unreadable = [each for each in revision.unreadable if each["what"] not in stated]
    told = {
        at: _nfc(edit.alts[at])
        for at, image in enumerate(revision.images)
        if at in edit.alts and image["alt"] != _nfc(edit.alts[at])
    }
    new.images = [{**image, "alt": told.get(at, image["alt"])} for at, image in enumerate(revision.images)]
    for at, alt in told.items():
        new.body = described(new.body, revision.images[at]["url"], alt)
    if not (edit.words or stated or told):
        raise NothingToChange("Chưa có gì thay đổi.")
    new.text_hash = folded_hash(f"{new.title}\n{new.text}")
    new.worded_by, new.collected_at = who, now
    return new


def reworded(published: Revision, changes: Sequence[tuple[str, str]], who: str, now: datetime) -> Revision:
    """`edited` in words alone. Raises `NothingToChange`."""
    return edited(published, Edit(words=changes), who, now)


def body_of(body: str, text: str) -> str:
    """Typed lines as HTML: a block of `body` whose lines stand there unchanged stays as it is.

    A picture stays before the block that it stood before, or at the end. A table or a list of which some
    lines stand there stays one, see `structure`.
    """
    left: dict[str, list[_Known]] = {}
    pictures = ""
    for block in body.splitlines():
        lines = _lines(clean(block).text)
        if not lines:
            pictures += block + "\n"
            continue
        left.setdefault(lines[0], []).append(_Known(lines, pictures, block))
        pictures = ""
    typed = _lines(text)
    made = []
    while typed:
        lines, html = _next(left, typed)
        made.append(html)
        typed = typed[len(lines) :]
    return "\n".join([*made, *pictures.splitlines()])


@dataclass(frozen=True, eq=False)
class _Known:
    """A block of a body, with the lines of its text and the pictures before it."""

    lines: list[str]
    pictures: str
    html: str


def _next(left: dict[str, list[_Known]], typed: list[str]) -> tuple[list[str], str]:
    """The first of the typed lines and their HTML; the block that they are of is not `left` any more."""
    same = _standing(left, typed, 0)
    until = len(same.lines) if same else 1
    while until < len(typed) and not _standing(left, typed, until):
        until += 1
    run = typed[:until]
    known = [each for blocks in left.values() for each in blocks if structure.kind(each.html)]
    for each in known if same is None else [same] if same in known else []:
        start, end = structure.claimed(each.html, each.lines, run)
        if start:
            return run[:start], _paragraphs(run[:start])
        if end and run[:end] != each.lines:
            left[each.lines[0]].remove(each)
            return run[:end], each.pictures + structure.rebuilt(each.html, each.lines, run[:end])
    if same:
        left[same.lines[0]].remove(same)
        return same.lines, same.pictures + same.html
    return run, _paragraphs(run)


def _standing(left: dict[str, list[_Known]], typed: list[str], at: int) -> _Known | None:
    """The block whose lines stand there among the typed ones."""
    blocks = left.get(typed[at], [])
    return next((known for known in blocks if typed[at : at + len(known.lines)] == known.lines), None)


def _paragraphs(lines: list[str]) -> str:
    return "\n".join(f"<p>{escape(line, quote=False)}</p>" for line in lines)


def _same(one: Any, other: Any) -> bool:
    """Moments are typed to the minute."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return abs(one - other) < MINUTE and one.minute == other.minute
    return bool(one == other)


def described(body: str, url: str | None, alt: str) -> str:
    """The body with this description of the picture that stands at this address."""

    def tag(match: re.Match[str]) -> str:
        src = _SRC.search(match[0])
        if src is None or unescape(src[1]) != url:
            return match[0]
        return _ALT.sub("", match[0]).replace("<img", f'<img alt="{escape(alt)}"', 1)

    return re.sub(r"<img\b[^>]*>", tag, body)


def _replace(revision: Revision, wrong: str, right: str) -> None:
    if not wrong or wrong == right:
        raise NothingToChange("Hãy ghi cả chữ sai và chữ đúng, và hai bên phải khác nhau.")
    before = (revision.title, revision.lead, revision.body)
    revision.title = revision.title.replace(wrong, right)
    revision.lead = revision.lead.replace(wrong, right)
    revision.body = _in_text(revision.body, wrong, right)
    revision.text = clean(revision.body).text if revision.body else revision.text.replace(wrong, right)
    if (revision.title, revision.lead, revision.body) == before:
        raise NothingToChange(f"Không thấy “{wrong}” trong tiêu đề, phần mở đầu hay nội dung của bài.")
    if wrong in revision.text and wrong not in right:
        across = "nằm vắt qua phần in đậm, in nghiêng hoặc liên kết"
        raise NothingToChange(f"“{wrong}” {across}: hãy sửa từng đoạn ngắn hơn.")


def _in_text(body: str, wrong: str, right: str) -> str:
    """Words are put right, tags and addresses never."""
    old, new = escape(wrong, quote=False), escape(right, quote=False)
    return "".join(piece if piece.startswith("<") else piece.replace(old, new) for piece in _TAGS.split(body))


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip())


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
