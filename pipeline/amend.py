"""An officer's own correction: the published wording with some words put right, and all else as it was."""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from html import escape

from pipeline.collect.clean import clean
from pipeline.collect.identity import folded_hash
from pipeline.models import Revision

_TAGS = re.compile(r"(<[^>]*>)")


class NothingToChange(Exception):
    """The wrong words do not stand in the article; `str()` says which, in Vietnamese."""


def reworded(published: Revision, changes: Sequence[tuple[str, str]], who: str, now: datetime) -> Revision:
    """An unsaved revision in which every (wrong, right) is replaced wherever it stands.

    Raises `NothingToChange`. What the source last said stays its `content_hash`: the same entry, read
    again, is no change of it.
    """
    revision = copy.copy(published)
    revision.pk, revision._state.adding = None, True
    for wrong, right in changes:
        _replace(revision, _nfc(wrong), _nfc(right))
    revision.text_hash = folded_hash(f"{revision.title}\n{revision.text}")
    revision.worded_by, revision.collected_at = who, now
    return revision


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
