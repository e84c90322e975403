"""An office's own readings, before all of the house's: names of places and people, words of the region."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from channels.radio.spoken.rule import Context, Rule

_FIELDS = frozenset({"written", "spoken", "before", "after", "case"})


class LexiconError(ValueError):
    """An entry that cannot be used; `str()` says in Vietnamese which and how to mend it."""

    def __init__(self, place: int, wrong: str, mend: str) -> None:
        super().__init__(f"Mục {place} của bảng từ: {wrong}. {mend}")
        self.place, self.wrong, self.mend = place, wrong, mend


@dataclass(frozen=True, slots=True)
class Entry:
    """`before` and `after`: words, one of which must stand next to it; empty: anywhere."""

    written: str
    spoken: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    case: bool = True
    """Whether capitals count."""

    def fits(self, match: re.Match[str], context: Context) -> bool:
        """Whether this entry, and not another with the same letters, is meant here."""
        if self.case and match[0] != self.written:
            return False
        before = context.before(match.start()).rstrip().lower()
        after = context.after(match.end()).lstrip().lower()
        return (not self.before or any(_ends(before, word) for word in self.before)) and (
            not self.after or any(_begins(after, word) for word in self.after)
        )


def _ends(text: str, word: str) -> bool:
    return text.endswith(word) and not text[: -len(word)][-1:].isalnum()


def _begins(text: str, word: str) -> bool:
    return text.startswith(word) and not text[len(word) :][:1].isalnum()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Entries in their order: of two that fit, the longer writing has it, then the one with a context."""

    entries: tuple[Entry, ...] = ()
    rules: tuple[Rule, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[Mapping[str, object]]) -> Lexicon:
        """From what a YAML list of entries holds.

        Raises:
            LexiconError: at the first entry that is not one.
        """
        read = tuple(_entry(place, entry) for place, entry in enumerate(entries, 1))
        return cls(read, (_rule(read),) if read else ())


HOUSE = Lexicon()
"""Nothing but the house's own readings."""


def _entry(place: int, entry: Mapping[str, object]) -> Entry:
    if not isinstance(entry, Mapping):
        raise LexiconError(place, "không phải là một mục", "Mỗi mục cần có “written” và “spoken”.")
    for field in entry:
        if field not in _FIELDS:
            known = ", ".join(sorted(_FIELDS))
            raise LexiconError(place, f"không có trường “{field}”", f"Các trường: {known}.")
    written, spoken = (_text(place, entry, field) for field in ("written", "spoken"))
    if any(sign.isdigit() for sign in spoken):
        raise LexiconError(place, f"cách đọc “{spoken}” còn chữ số", "Hãy viết số bằng chữ.")
    case = entry.get("case", True)
    if not isinstance(case, bool):
        raise LexiconError(place, "“case” phải là true hoặc false", "Bỏ trường này nếu phân biệt hoa thường.")
    return Entry(written, spoken, _words(place, entry, "before"), _words(place, entry, "after"), case)


def _text(place: int, entry: Mapping[str, object], field: str) -> str:
    value = entry.get(field)
    if not isinstance(value, str) or not value.strip():
        raise LexiconError(
            place, f"thiếu “{field}”", f"Hãy ghi “{field}” là một dòng chữ, có dấu nháy nếu là số."
        )
    return " ".join(unicodedata.normalize("NFC", value).split())


def _words(place: int, entry: Mapping[str, object], field: str) -> tuple[str, ...]:
    value = entry.get(field, [])
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
        raise LexiconError(
            place, f"“{field}” không phải là danh sách từ", f"Hãy ghi {field}: [từ một, từ hai]."
        )
    return tuple(unicodedata.normalize("NFC", word).strip().lower() for word in words)


def _rule(entries: tuple[Entry, ...]) -> Rule:
    by_letters: dict[str, list[Entry]] = {}
    for entry in entries:
        by_letters.setdefault(entry.written.lower(), []).append(entry)
    for same in by_letters.values():
        same.sort(key=lambda entry: not (entry.before or entry.after))
    longest = sorted(by_letters, key=len, reverse=True)
    one = "|".join(re.escape(letters) for letters in longest)
    pattern = re.compile(rf"(?<!\w)(?:{one})(?!\w)", re.IGNORECASE)

    def read(match: re.Match[str], context: Context) -> str | None:
        fitting = (entry for entry in by_letters.get(match[0].lower(), ()) if entry.fits(match, context))
        return next((entry.spoken for entry in fitting), None)

    return Rule("lexicon", pattern, read)


def check(lexicon: Lexicon) -> tuple[str, ...]:
    """What is well-formed but wrong, in Vietnamese: entries that say nothing, contradict, or never apply."""
    found: list[str] = []
    for place, entry in enumerate(lexicon.entries, 1):
        if entry.written == entry.spoken:
            found.append(f"Mục {place}: “{entry.written}” đọc đúng như viết, có thể bỏ.")
        for other_place, other in enumerate(lexicon.entries[: place - 1], 1):
            if not _same_place(entry, other):
                continue
            if entry.spoken == other.spoken:
                found.append(f"Mục {place} lặp lại mục {other_place}: “{entry.written}”.")
            else:
                found.append(
                    f"Mục {place} không bao giờ được dùng: mục {other_place} đã đọc “{entry.written}”."
                )
            break
        if any(_within(other.written, entry.spoken) for other in lexicon.entries):
            found.append(f"Mục {place}: cách đọc “{entry.spoken}” lại chứa một từ viết tắt của bảng.")
    return tuple(found)


def _same_place(entry: Entry, earlier: Entry) -> bool:
    same = (
        entry.written == earlier.written if earlier.case else entry.written.lower() == earlier.written.lower()
    )
    return same and (entry.before, entry.after) == (earlier.before, earlier.after)


def _within(written: str, spoken: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(written)}(?!\w)", spoken))
