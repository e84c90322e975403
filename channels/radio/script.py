"""From an approved article to what is said of it: spoken, within its slot, in parts where it is longer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from channels.base import Item, Notice, Priority
from channels.document import begins_with
from channels.radio.breath import HARD, groups, syllables
from channels.radio.programme import LEVELS, Kind, Line, Script, duration, moment, paragraphs, read_in
from channels.radio.prose import Passage, Prose, prose, sentence
from channels.radio.reader import Reader, begun
from channels.radio.spoken import Spoken
from channels.text import sentences, shorten

Words = Mapping[str, Any]
_IF_AIRED = "Chỉ đọc lời này nếu đài đã phát bài được nói đến."
"""A script lies with the station from its approval on; Loa knows only what its own bulletins have read."""
MOST_CHANGED = 100
"""Words: more of them, wrong and right together, are not told sentence by sentence."""


def told(item: Item, text: Callable[[Words], str], reader: Reader, kind: Kind) -> tuple[Script, ...]:
    """The script that fits its slot; where that is not the whole article, after it the whole in parts.

    `text` renders the template's words. No sentence is ever cut: one that is longer than the slot stands
    alone in its part.
    """
    say = reader.say
    whole = prose(item.body, asks=item.kind == "hoi-dap")
    words = _words(item)
    if whole.two_voices and kind == "news":
        kind = "question"

    def script(passages: Sequence[Passage], **how: Any) -> Script:
        lines = [" ".join(passage.sentences) for passage in passages]
        voices = {
            " ".join(line.split()): passage.voice for line, passage in zip(lines, passages, strict=True)
        }
        made = _script(text({**words, **how, "sentences": lines}), say, voices, kind=kind)
        notes = (_IF_AIRED, *whole.notes) if kind == "correction" else whole.notes
        made = replace(made, title=item.title, source=item.agency, level=item.priority, notes=notes)
        link, published = item.link or item.source_link, item.published.isoformat()
        return replace(made, link=link, article=item.article, published=published)

    first = script(whole.passages, **_WHOLE)
    if first.syllables <= reader.room:
        return (first,)

    def size(words: str) -> int:
        return syllables(say(words).text)

    def room(**how: Any) -> int:
        """What greeting and closing words leave of the slot."""
        return reader.room - script((Passage(("",)),), **_WHOLE | how).syllables

    beginning = _beginning(whole, size, room(shortened=True, asked=99, answered=98))
    asked, answered = _questions(whole.passages), _questions(beginning)
    short = script(beginning, **_WHOLE | {"shortened": True, "asked": asked, "answered": answered})
    for most in (99, 999, 9999):
        # The first part, the last and those between say different words around their number.
        least = min(room(part=part, parts=most) for part in (1, most - 1, most))
        packs = _packed(whole.passages, size, least)
        if len(packs) <= most:
            break
    parts = [script(pack, **_WHOLE | {"part": n, "parts": len(packs)}) for n, pack in enumerate(packs, 1)]
    note = (
        f"Bài đọc trọn mất {_length(first, reader)}; bản này rút còn {_length(short, reader)}."
        f" Có thể phát trọn bài thành {len(parts)} phần."
    )
    return (
        replace(short, notes=(note, *short.notes)),
        *(
            replace(part, notes=(f"Phần {n} trên {len(parts)} của bài đọc trọn.", *part.notes))
            for n, part in enumerate(parts, 1)
        ),
    )


def put_right(item: Item) -> Words:
    """For the template of a correction: the earlier title, and what was read with what takes its place.

    `changes` is empty where nobody could follow them by ear: all is read anew then, and no more.
    """
    earlier = item.amended.earlier if item.amended else None
    if earlier is None:
        return {"before": sentence(item.title), "changes": []}
    asks = item.kind == "hoi-dap"
    old = _all(earlier.title, earlier.lead, prose(earlier.body, asks=asks))
    new = _all(item.title, item.lead, prose(item.body, asks=asks))
    pairs: list[tuple[str, str]] = []
    for what, start, end, begin, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        if end - start != stop - begin:
            pairs.clear()
            break
        pairs += zip(old[start:end], new[begin:stop], strict=True)
    followed = sum(len(words.split()) for pair in pairs for words in pair) <= MOST_CHANGED
    return {"before": sentence(earlier.title), "changes": pairs if followed else []}


def _all(title: str, lead: str, body: Prose) -> Sequence[str]:
    """Every sentence once."""
    told = (one for passage in body.passages for one in passage.sentences)
    return list(dict.fromkeys(filter(None, (sentence(title), *sentences(sentence(lead)), *told))))


def taken_back(notice: Notice, text: Callable[[Words], str], reader: Reader) -> Script:
    """What tells listeners, and the station, that an item is not to be used or aired again."""
    at = notice.at
    words = {
        "date": f"{at:%d/%m/%Y}",
        "moment": moment(at),
        "title": notice.title.rstrip("."),
        "agency": notice.agency.rstrip("."),
        "reason": sentence(notice.reason),
    }
    made = _script(text(words), reader.say, {}, kind="withdrawal")
    made = replace(made, title=notice.title, source=notice.agency, level=notice.priority)
    return replace(
        made, link=notice.link, notes=(_IF_AIRED, "Đề nghị các đài truyền thanh không phát lại bản tin này.")
    )


_WORTH_TELLING = re.compile(r"\d|\w.*[^\w\s]|[^\W\d]")
"""What an editor may want to look up: not a bracket."""
_PLAIN = re.compile(
    r"(?:năm )?\d{1,4}|\d{1,2} ?(?:h|g|:|giờ) ?(?:\d\d?(?: ?(?:phút|p))?)?|\d+ (?:ngày|tháng|năm)",
    re.IGNORECASE,
)
"""What nobody reads wrong: small numbers, years, times."""
_WHOLE = {"shortened": False, "part": 0, "parts": 0, "asked": 0, "answered": 0}


def _script(text: str, say: Callable[[str], Spoken], voices: Mapping[str, int], *, kind: Kind) -> Script:
    lines: list[Line] = []
    appendix: dict[tuple[str, str], None] = {}
    flags: dict[str, None] = {}
    long: dict[str, None] = {}
    for paragraph in paragraphs(text):
        breaths = []
        for one in sentences(paragraph):
            spoken = say(one)
            appendix |= dict.fromkeys(
                (piece.written.strip(), piece.spoken.strip(" ,"))
                for piece in spoken.expansions
                if _WORTH_TELLING.search(piece.written) and not _PLAIN.fullmatch(piece.written.strip())
            )
            flags |= {f"“{piece.written.strip()}”: {piece.why}": None for piece in spoken.flags}
            for said in sentences(begun(spoken)):
                if (count := syllables(said)) > HARD:
                    long[f"“{shorten(said, 60)}” ({count} âm tiết)"] = None
                breaths.append(f"{' / '.join(groups(said))} //")
        if breaths:
            lines.append(Line(voices.get(paragraph, 1), " ".join(breaths)))
    count = sum(syllables(line.text) for line in lines)
    read = tuple(reading for reading in appendix if all(reading))
    made = Script("", "", Priority.NORMAL, kind, tuple(lines), count, read, tuple(flags))
    return replace(made, long=tuple(long))


def _questions(passages: Iterable[Passage]) -> int:
    return sum(passage.opens and passage.sentences[-1].endswith("?") for passage in passages)


def _beginning(whole: Prose, size: Callable[[str], int], room: int) -> Sequence[Passage]:
    """As many sentences from the first on as fit, without what would then lead to nothing."""
    taken: list[Passage] = []
    for passage in whole.passages:
        fits = _fitting(passage.sentences, size, room)
        room -= sum(map(size, passage.sentences[:fits]))
        if fits == len(passage.sentences):
            taken.append(passage)
            continue
        # Half an answer misleads.
        if fits and not whole.two_voices:
            taken.append(replace(passage, sentences=passage.sentences[:fits]))
        break
    while taken and (taken[-1].opens or taken[-1].sentences[-1].endswith(":")):
        taken.pop()
    return taken


def _packed(
    passages: Iterable[Passage], size: Callable[[str], int], room: int
) -> Sequence[Sequence[Passage]]:
    """All of it in parts that fit, cut between passages, or between sentences of one that is too long."""
    packs: list[list[Passage]] = [[]]
    left = room
    for passage in passages:
        rest = passage
        while rest.sentences:
            need = sum(map(size, rest.sentences))
            if need > left and packs[-1] and not all(one.opens for one in packs[-1]):
                carried = _leading(packs[-1])
                packs.append(carried)
                left = room - sum(size(one) for passage in carried for one in passage.sentences)
            fits = len(rest.sentences) if need <= left else max(1, _fitting(rest.sentences, size, left))
            packs[-1].append(replace(rest, sentences=rest.sentences[:fits]))
            left -= sum(map(size, rest.sentences[:fits]))
            rest = replace(rest, sentences=rest.sentences[fits:])
    return packs


def _leading(pack: list[Passage]) -> list[Passage]:
    """Take away what at a part's end leads to the next."""
    end = len(pack)
    while end > 1 and pack[end - 1].opens:
        end -= 1
    carried = pack[end:]
    del pack[end:]
    return carried


def _fitting(texts: Sequence[str], size: Callable[[str], int], room: int) -> int:
    """How many of them, from the first on, go into the room."""
    for place, text in enumerate(texts):
        room -= size(text)
        if room < 0:
            return place
    return len(texts)


def _length(script: Script, reader: Reader) -> str:
    return duration(read_in(script.syllables, reader.syllables_per_minute))


def _words(item: Item) -> dict[str, Any]:
    return {
        "date": f"{item.published:%d/%m/%Y}",
        "level": LEVELS[item.priority],
        "urgent": item.priority is Priority.EMERGENCY,
        "title": sentence(item.title),
        "agency": item.agency.rstrip("."),
        "lead": "" if begins_with(item.body, item.lead) else sentence(item.lead),
        "correction": item.is_correction,
        "corrected": item.corrects.title.rstrip(".") if item.corrects else "",
    }
