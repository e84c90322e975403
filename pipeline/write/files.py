"""What is dropped on a draft: a Word file becomes its words, a picture or a PDF stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from pathlib import PurePath

from django.contrib.auth.models import User
from django.db import transaction

from channels.portal import media_path
from pipeline.acts import NotAllowed, must_be_public
from pipeline.audit import Act, record
from pipeline.collect.clean import LONGEST
from pipeline.collect.pictures import PictureTrouble, StoredPicture
from pipeline.deliver.engine import real_now
from pipeline.entry import EntryAttachment, EntryImage
from pipeline.models import Draft, Picture, Upload
from pipeline.office import Office
from pipeline.review.workflow import Act as May
from pipeline.write.drafts import Words, locked, save, subject, words_of, writes
from pipeline.write.kinds import KINDS
from pipeline.write.kinds import Kind as Begun
from pipeline.write.uploads import (
    PDF,
    Kind,
    StoredPdf,
    UploadTrouble,
    keep_drawn,
    keep_pdf,
    keep_picture,
    kind_of,
)
from pipeline.write.word import Written, read_docx

MOST = 40
"""Files of one draft."""


def take_in(office: Office, draft: Draft, user: User, name: str, data: bytes) -> tuple[Draft, str]:
    """Take a file into this version of a draft; returns what it made of it, and says so in Vietnamese.

    What a Word file says takes the place of a skeleton that nobody has touched, and else stands at the end.
    Takes up to a minute, in which no transaction is held. Raises `NotAllowed`, `Stale`.
    """
    try:
        match kind_of(data):
            case Kind.WORD:
                return _word(office, draft, user, read_docx(data, office.schedule.office.base_url))
            case Kind.PICTURE:
                picture = keep_picture(office.pictures, data)
                with transaction.atomic():
                    _keep(locked(draft.pk, user), user, picture, "")
                    _known(picture)
                return draft, "Đã thêm ảnh. Hãy ghi lời mô tả cho người không xem được ảnh."
            case Kind.PDF:
                pdf = keep_pdf(office.pictures, data)
                with transaction.atomic():
                    upload = _keep(locked(draft.pk, user), user, pdf, PurePath(name).stem[:200])
                return draft, f"Đã đính kèm “{upload.title}”, {pdf.pages} trang."
    except (UploadTrouble, PictureTrouble) as trouble:
        raise NotAllowed(f"Không nhận được “{name}”: {trouble}") from None


@dataclass(frozen=True)
class Carried:
    """A draft's own pictures and attachments, by the addresses at which readers will find them."""

    images: tuple[EntryImage, ...]
    attachments: tuple[EntryAttachment, ...]
    copies: Mapping[str, str]
    """Address → hash of a picture."""


def carried(office: Office, draft: Draft) -> Carried:
    """What stands beside a draft. Raises `NotAllowed` where a description names somebody's data."""
    rows = list(draft.uploads.order_by("id"))
    for row in rows:
        must_be_public(office, row.title, "lời mô tả ảnh hoặc tên tệp")
    files = [row for row in rows if row.content_type == PDF]
    pictures = {address(office, row): row for row in rows if row.content_type != PDF}
    return Carried(
        tuple(EntryImage(url, row.title) for url, row in pictures.items()),
        tuple(EntryAttachment(address(office, row), row.title, PDF, row.size) for row in files),
        {url: row.sha256 for url, row in pictures.items()},
    )


def address(office: Office, row: Upload) -> str:
    """Where readers will find it."""
    return office.schedule.office.base_url.rstrip("/") + media_path(row.sha256, row.content_type)


def _word(office: Office, draft: Draft, user: User, written: Written) -> tuple[Draft, str]:
    kept = [(keep_drawn(office.pictures, each.picture), each.alt) for each in written.pictures]
    with transaction.atomic():
        for picture, alt in kept:
            _keep(locked(draft.pk, user), user, picture, alt)
            _known(picture)
        kind, words = KINDS[draft.kind], words_of(draft)
        untouched = words.body in ("", kind.skeleton)
        made = _with(words, written, untouched, kind)
        if len(made.body) > LONGEST:
            raise NotAllowed("Thêm tệp Word này thì bài quá dài: hãy chia làm hai bài.")
        saved = save(draft.pk, user, made, draft.version, "")
        record(Act(user.username, May.WRITE, subject(draft), after={"word": written.title}))
    said = "Đã lấy chữ từ tệp Word." if untouched else "Đã lấy chữ từ tệp Word, đặt ở cuối bài."
    if written.left_out:
        said = f"{said} Không lấy được: {'; '.join(written.left_out)}."
    return saved, said


def _with(words: Words, written: Written, untouched: bool, kind: Begun) -> Words:
    """The file's title and lead where nobody typed their own; else they stand in the text: no word goes."""
    if untouched and words.title in ("", kind.title):
        words = replace(words, title=written.title or words.title)
    if untouched and words.lead in ("", kind.lead):
        words = replace(words, lead=written.lead)
    parts = (("h3", written.title, words.title), ("p", written.lead, words.lead))
    head = [
        f"<{tag}>{escape(said, quote=False)}</{tag}>" for tag, said, own in parts if said not in ("", own)
    ]
    return replace(words, body="\n".join([*([] if untouched else [words.body]), *head, written.html]))


def _keep(draft: Draft, user: User, file: StoredPicture | StoredPdf, title: str) -> Upload:
    if draft.uploads.count() >= MOST:
        raise NotAllowed(f"Một bài nhận nhiều nhất {MOST} tệp.")
    writes(draft, user)
    given = {"content_type": file.content_type, "size": file.size, "title": title, "user": user}
    return draft.uploads.get_or_create(sha256=file.sha256, defaults={**given, "at": real_now()})[0]


def _known(picture: StoredPicture) -> None:
    Picture.objects.get_or_create(
        sha256=picture.sha256,
        defaults={
            "content_type": picture.content_type,
            "width": picture.width,
            "height": picture.height,
            "size": picture.size,
            "source_url": "",
            "fetched_at": real_now(),
        },
    )
