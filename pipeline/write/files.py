"""What is dropped on a draft: a Word file becomes its words, a picture or a PDF stands beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath

from django.contrib.auth.models import User
from django.db import transaction

from channels.portal import media_path
from pipeline.acts import NotAllowed, must_be_public
from pipeline.audit import Act, record
from pipeline.collect.pictures import PictureTrouble, StoredPicture
from pipeline.deliver.engine import real_now
from pipeline.entry import EntryAttachment, EntryImage
from pipeline.models import Draft, Picture, Upload
from pipeline.office import Office
from pipeline.review.workflow import Act as May
from pipeline.write.drafts import Words, locked, save, subject, words_of
from pipeline.write.kinds import KINDS
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


def take_in(office: Office, draft: Draft, user: User, name: str, data: bytes) -> str:
    """Take a file into this version of a draft, and say in Vietnamese what became of it.

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
                return "Đã thêm ảnh. Hãy ghi lời mô tả cho người không xem được ảnh."
            case Kind.PDF:
                pdf = keep_pdf(office.pictures, data)
                with transaction.atomic():
                    upload = _keep(locked(draft.pk, user), user, pdf, PurePath(name).stem[:200])
                return f"Đã đính kèm “{upload.title}”, {pdf.pages} trang."
    except (UploadTrouble, PictureTrouble) as trouble:
        raise NotAllowed(f"Không nhận được “{name}”: {trouble}") from None


def describe(draft_id: int, user: User, titles: Mapping[int, str], removed: Iterable[int] = ()) -> None:
    """Give uploads these descriptions or names, and take others away. Raises `NotAllowed`."""
    with transaction.atomic():
        rows = Upload.objects.filter(draft=locked(draft_id, user))
        rows.filter(id__in=list(removed)).delete()
        for row in rows.filter(id__in=titles):
            if row.title != titles[row.pk]:
                row.title = titles[row.pk]
                row.save(update_fields=["title"])


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


def _word(office: Office, draft: Draft, user: User, written: Written) -> str:
    kept = [(keep_drawn(office.pictures, each.picture), each.alt) for each in written.pictures]
    with transaction.atomic():
        for picture, alt in kept:
            _keep(locked(draft.pk, user), user, picture, alt)
            _known(picture)
        kind, words = KINDS[draft.kind], words_of(draft)
        untouched = words.body in ("", kind.skeleton)
        if untouched and words.lead == kind.lead:
            words = replace(words, lead="")
        save(draft.pk, user, _with(words, written, untouched), draft.version, "")
        record(Act(user.username, May.WRITE, subject(draft), after={"word": written.title}))
    said = "Đã lấy chữ từ tệp Word." if untouched else "Đã lấy chữ từ tệp Word, đặt ở cuối bài."
    return f"{said} Không lấy được: {'; '.join(written.left_out)}." if written.left_out else said


def _with(words: Words, written: Written, untouched: bool) -> Words:
    if not untouched:
        return replace(words, body=f"{words.body}\n{written.html}")
    return replace(
        words, title=written.title or words.title, lead=written.lead or words.lead, body=written.html
    )


def _keep(draft: Draft, user: User, file: StoredPicture | StoredPdf, title: str) -> Upload:
    if draft.uploads.count() >= MOST:
        raise NotAllowed(f"Một bài nhận nhiều nhất {MOST} tệp.")
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
