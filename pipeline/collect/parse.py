"""A feed's bytes → a `Reading`: decoded, mended where that is certain, cleaned; the rest is said aloud."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from pipeline.collect import addresses, markers
from pipeline.collect.clean import Cleaned, clean, paragraphs
from pipeline.collect.dates import UnreadableDate, read_date
from pipeline.collect.decode import decode, from_tcvn3
from pipeline.collect.parse_json import read_items
from pipeline.collect.parse_xml import read_entries
from pipeline.collect.said import TEXT, Json, Markup, Said
from pipeline.collect.wellformed import read_xml
from pipeline.collect.words import CDATA, fold, unescape
from pipeline.entry import Entry, EntryImage, Marker, Reading, Unreadable
from pipeline.schedule import SourceSettings

TOPIC = re.compile(r"(?:(?:chủ đề|nhóm|topic)\s*(?:số\s*)?)?0?([1-6])(?:\.0)?", re.IGNORECASE)
PRIORITIES = {
    "thuong": "thuong", "binh-thuong": "thuong", "normal": "thuong",
    "uu-tien": "uu-tien", "priority": "uu-tien", "high": "uu-tien",
    "khan-cap": "khan-cap", "emergency": "khan-cap", "urgent": "khan-cap",
}  # fmt: skip
LONGEST_KIND = 40
CUT_OFF = re.compile(
    r"(?:\s*(?:…|\.{3}|\[…\]|\[\.{3}\]|\(…\)|Xem thêm|Xem tiếp|Đọc tiếp|Chi tiết|[»>]))+$", re.IGNORECASE
)
"""How a summary ends that only cuts the text off."""

Read = Callable[[str], datetime]


def parse(
    body: bytes,
    *,
    content_type: str,
    address: str,
    source: SourceSettings,
    zone: ZoneInfo,
    now: datetime,  # noqa: ARG001 — what is early or late is for the checks to say
) -> Reading:
    """Everything that certainly stands in one reading of a feed, entries in the order of the document.

    `content_type` is the HTTP header, `address` where the body came from after redirects, `zone` the
    office's. Raises `FeedTrouble` where nothing can be read.
    """
    decoded = decode(body, content_type)
    if decoded.text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        said, home, damage = read_items(decoded.text.lstrip("\ufeff \t\r\n"), address)
        ttl = None
    else:
        document = read_xml(decoded.text)
        said, home, ttl = read_entries(document, address)
        damage = document.damage
    local = ZoneInfo(source.timezone) if source.timezone else None

    def read(raw: str) -> datetime:
        return read_date(raw, zone=local or zone, order=tuple(source.dates), gmt_is_local=local)

    read_all = [_entry(one, source, read) for one in said]
    entries = tuple(e for e in read_all if e.title or e.text or e.guid or e.link)
    if len(entries) < len(read_all):
        damage.append("có bài trống, không có gì để nhận ra, đã bỏ qua")
    trouble = "; ".join([*decoded.damage, *damage])
    return Reading(entries, trouble[:1].upper() + trouble[1:], ttl, home)


def _entry(said: Said, source: SourceSettings, read: Read) -> Entry:
    unreadable: list[Unreadable] = []
    title, body, lead = _texts(said, unreadable)
    if not title:
        unreadable.append(Unreadable("entry", "", "bài không có tiêu đề"))
    for text in (title, lead, body.text):
        if (at := text.find("\ufffd")) >= 0:
            around = text[max(0, at - 20) : at + 20]
            unreadable.append(Unreadable("body", around, "có chữ bị hỏng mã, không khôi phục được"))
            break

    def moment(what: str, values: list[Json]) -> datetime | None:
        return _moment(what, values, read, unreadable)

    def stated(name: str) -> list[Json]:
        return markers.stated(name, getattr(source, name), said)

    marker = markers.marker(source.approval, said)
    corrects = stated("correction_of")
    return Entry(
        guid=said.guid,
        link=said.link,
        title=title,
        lead=lead,
        body=body.html,
        text=body.text,
        author=said.author,
        published=moment("published", list(said.published)),
        updated=moment("updated", list(said.updated)),
        marker=marker,
        categories=_categories(said, source),
        topic=_topic(stated("topic"), unreadable),
        kind=_kind(stated("kind"), unreadable),
        field=", ".join(fold(v) for v in stated("field") if isinstance(v, str)),
        priority=_priority(stated("priority"), unreadable),
        embargo=moment("embargo", stated("embargo")),
        expires=moment("expires", stated("expires")),
        corrects=next((_reference(fold(str(v)), said) for v in corrects if isinstance(v, str | int)), None),
        withdrawn_because=markers.reason(said) if marker is Marker.WITHDRAWN else "",
        images=_images(said, body),
        attachments=tuple(dict.fromkeys(said.attachments)),
        unreadable=tuple(unreadable),
    )


def _texts(said: Said, unreadable: list[Unreadable]) -> tuple[str, Cleaned, str]:
    """Title, body and lead. The body is the longest text; a summary that only cuts it off is no lead."""
    legacy: list[str] = []

    def unicode(text: str) -> str:
        converted = from_tcvn3(unescape(text))
        if converted is None:
            return text
        legacy.append(text)
        return converted

    def cleaned(markup: Markup) -> Cleaned:
        text = CDATA.sub(r"\1", unicode(markup.source))
        return clean(paragraphs(text) if markup.kind == TEXT else text, markup.base)

    title = fold(unicode(said.title))
    summary = cleaned(said.summary)
    bodies = [one for one in map(cleaned, said.bodies) if one.html]
    body = max([*bodies, summary], key=lambda one: len(one.text))
    lead, whole = fold((next(iter(bodies), body) if body is summary else summary).text), fold(body.text)
    teaser = lead[:-60] + CUT_OFF.sub("", lead[-60:])
    cuts_off = teaser != lead and whole.startswith(teaser)
    if cuts_off or (lead in whole and len(lead) > len(whole) / 2):
        lead = ""
    lead = lead or body.lead
    if body.cut:
        unreadable.append(Unreadable("body", "", "bài quá dài, phần cuối đã bị cắt"))
    if legacy:
        why = "chữ theo bảng mã TCVN3 (ABC) đã đổi sang Unicode; cần đọc lại, nhất là chữ hoa"
        unreadable.append(Unreadable("body", legacy[0][:80], why))
    return title, body, lead


def _moment(what: str, values: list[Json], read: Read, unreadable: list[Unreadable]) -> datetime | None:
    moments = set()
    for value in values:
        try:
            moments.add(read(_raw(value)))
        except UnreadableDate as e:
            unreadable.append(Unreadable(what, _raw(value), str(e)))
            return None
    if len(moments) > 1:
        raw = " / ".join(map(_raw, values))
        unreadable.append(Unreadable(what, raw, "nguồn ghi nhiều ngày giờ khác nhau"))
        return None
    return next(iter(moments), None)


def _reference(text: str, said: Said) -> str:
    """A guid as it stands; an address in the form in which an article keeps its own."""
    if not text.startswith(("http://", "https://", "/")):
        return text
    return addresses.canonical(addresses.absolute(text, said.link or "") or text)


def _topic(values: list[Json], unreadable: list[Unreadable]) -> int | None:
    found = {match[1] if match else None for match in (TOPIC.fullmatch(fold(_raw(v))) for v in values)}
    if found <= {None} and not values:
        return None
    if len(found) == 1 and (topic := found.pop()):
        return int(topic)
    unreadable.append(Unreadable("topic", " / ".join(map(_raw, values)), "chủ đề phải là một số từ 1 đến 6"))
    return None


def _kind(values: list[Json], unreadable: list[Unreadable]) -> str | None:
    kinds = {_slug(value) if isinstance(value, str) else "" for value in values}
    if not kinds:
        return None
    kind = kinds.pop()
    if not kinds and kind and len(kind) <= LONGEST_KIND:
        return kind
    unreadable.append(Unreadable("kind", " / ".join(map(_raw, values)), "không rõ thể loại"))
    return None


def _priority(values: list[Json], unreadable: list[Unreadable]) -> str:
    found = {PRIORITIES.get(_slug(_raw(value))) for value in values}
    if not found:
        return "thuong"
    if len(found) == 1 and (priority := found.pop()):
        return priority
    unreadable.append(Unreadable("priority", " / ".join(map(_raw, values)), "không rõ mức ưu tiên"))
    return "thuong"


def _categories(said: Said, source: SourceSettings) -> tuple[str, ...]:
    """The categories that are for readers: not those by which the feed talks to Loa."""
    places = [getattr(source, name) for name in markers.NAMES if name != "reason"]
    talk = {place.category_domain for place in places if place is not None}
    talk.add(getattr(source.approval, "category_domain", None))
    shown = (v for scheme, v in said.categories if scheme not in talk and not scheme.startswith(markers.LOA))
    return tuple(dict.fromkeys(shown))


def _images(said: Said, body: Cleaned) -> tuple[EntryImage, ...]:
    """The body's pictures, then those that the entry names beside it."""
    images = {image.url or (image.alt, image.problem): image for image in body.images}
    for picture in said.pictures:
        url, problem = addresses.picture(picture.source, picture.base)
        images.setdefault(url or (picture.alt, problem), EntryImage(url, picture.alt, problem))
    return tuple(images.values())


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _raw(value: Json) -> str:
    return fold(str(value))[:200]
