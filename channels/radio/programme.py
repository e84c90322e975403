"""What is read to the loudspeaker: a line, a script of lines, and the programme that a session is made of."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

from channels.base import Priority, Render
from channels.radio.breath import said, syllables
from channels.radio.reader import Reader

Kind = Literal["news", "question", "correction", "withdrawal"]
"""What a script does: tells, answers, puts right what was aired, takes it back."""
LEVELS = {
    Priority.NORMAL: "thông thường",
    Priority.PRIORITY: "ưu tiên",
    Priority.EMERGENCY: "khẩn cấp",
}
"""As Thông tư 39/2020/TT-BTTTT names them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph as it is spoken, with its breath marks "/" and "//"; `voice` is 1 or 2."""

    voice: int
    text: str

    @property
    def said(self) -> str:
        """What a machine is given: the text without the marks."""
        return said(self.text)


@dataclass(frozen=True, slots=True)
class Script:
    """One item, ready to be read; `title` and `source` are as they were written, the rest is spoken."""

    title: str
    source: str
    level: Priority
    kind: Kind
    lines: tuple[Line, ...]
    syllables: int
    """Of all lines, as counted in what is said."""
    appendix: tuple[tuple[str, str], ...] = ()
    """(written, spoken): each reading once, in the order in which it is met."""
    flags: tuple[str, ...] = ()
    """What an editor must look at before it is aired, in Vietnamese."""
    notes: tuple[str, ...] = ()
    """What was left out or shortened, in Vietnamese."""
    link: str = ""
    """Where the source document stands."""
    long: tuple[str, ...] = ()
    """Sentences that are hard to follow, in Vietnamese."""
    article: int | None = None
    published: str = ""
    """The source document's own date, ISO 8601."""

    def as_json(self) -> dict[str, Any]:
        """A value for `Script.of`; JSON gives it back as it is."""
        return {
            **asdict(self),
            "level": self.level.value,
            "lines": [asdict(line) for line in self.lines],
            "appendix": [list(reading) for reading in self.appendix],
            "flags": list(self.flags),
            "notes": list(self.notes),
            "long": list(self.long),
        }

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Script:
        """The script that `as_json` gave."""
        return cls(
            **{
                **value,
                "level": Priority(value["level"]),
                "lines": tuple(Line(**line) for line in value["lines"]),
                "appendix": tuple((written, spoken) for written, spoken in value["appendix"]),
                "flags": tuple(value["flags"]),
                "notes": tuple(value["notes"]),
                "long": tuple(value.get("long", ())),
            }
        )


@dataclass(frozen=True, slots=True)
class Music:
    """A signature tune or a sting that the station plays for so long."""

    name: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Told:
    """Here the programme's script of this index is read."""

    index: int


Step = Line | Music | Told


@dataclass(frozen=True, slots=True)
class Programme:
    """A session with its running order, frozen: nothing of it is made anew when its files are written."""

    station: str
    name: str
    airs_at: datetime
    """Aware, in the office's zone."""
    minutes: int
    """The slot that it may fill; 0: a single script, which has none."""
    syllables_per_minute: int
    """The rate by which it is read, and was filled."""
    scripts: tuple[Script, ...]
    editor: str = ""
    approver: str = ""
    announcer: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def level(self) -> Priority:
        """The highest of its scripts (Thông tư 39/2020/TT-BTTTT)."""
        return max(
            (script.level for script in self.scripts), key=list(Priority).index, default=Priority.NORMAL
        )

    def lines(self) -> Iterator[Line]:
        """All that is said, in order."""
        for step in self.steps:
            match step:
                case Line():
                    yield step
                case Told(index):
                    yield from self.scripts[index].lines

    @property
    def syllables(self) -> int:
        """Of all that is said."""
        return sum(syllables(line.text) for line in self.lines())

    @property
    def music(self) -> int:
        """Seconds of tunes and stings."""
        return sum(step.seconds for step in self.steps if isinstance(step, Music))

    @property
    def seconds(self) -> int:
        """How long it is when arranged, rounded up: every syllable counted, music as long as it is."""
        return self.music + read_in(self.syllables, self.syllables_per_minute)

    def as_json(self) -> dict[str, Any]:
        """A value for `Programme.of`; JSON gives it back as it is."""
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            "airs_at": self.airs_at.isoformat(),
            "scripts": [script.as_json() for script in self.scripts],
            "steps": [asdict(step) for step in self.steps],
        }

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Programme:
        """The programme that `as_json` gave."""
        return cls(
            **{name: value[name] for name in _PLAIN},
            airs_at=datetime.fromisoformat(value["airs_at"]),
            scripts=tuple(map(Script.of, value["scripts"])),
            steps=tuple(map(_step, value["steps"])),
        )


_PLAIN = ("station", "name", "minutes", "syllables_per_minute", "editor", "approver", "announcer")
TUNE = Music("Nhạc hiệu", 15)
CUT = Music("Nhạc cắt", 4)
END = Music("Nhạc kết thúc", 10)
"""As long as a station's usual ones; the seconds count in the length of a programme."""


def arranged(programme: Programme, render: Render, reader: Reader) -> Programme:
    """The same with its running order: tune, greeting, each script after its link, closing, tune.

    The words are those of templates/radio/ban-tin: `chao` greets, `dan` leads over to a script (it may be
    empty), `ket` closes. Emergencies come without a sting before them.
    """
    scripts = programme.scripts
    words = {
        "station": programme.station,
        "name": programme.name,
        "moment": moment(programme.airs_at),
        "titles": [script.title for script in scripts],
        "sources": sorted({script.source for script in scripts if script.source}),
    }

    def frame(template: str, **more: Any) -> Iterator[Line]:
        text = render(f"radio/ban-tin/{template}.txt", words | more)
        return (Line(1, reader.marked(paragraph)) for paragraph in paragraphs(text))

    steps: list[Step] = [TUNE, *frame("chao")]
    for index, script in enumerate(scripts):
        if index and script.level != Priority.EMERGENCY:
            steps.append(CUT)
        before = scripts[index - 1] if index else None
        steps += frame("dan", script=script, before=before, number=index + 1, last=index + 1 == len(scripts))
        steps.append(Told(index))
    steps += [*frame("ket"), END]
    return replace(programme, steps=tuple(steps))


def read_in(count: int, syllables_per_minute: int) -> int:
    """The seconds, rounded up, in which so many syllables are read."""
    return math.ceil(count * 60 / syllables_per_minute)


def duration(seconds: int) -> str:
    """Minutes and seconds in words: "1 phút 20 giây"."""
    minutes, rest = divmod(seconds, 60)
    words = [f"{minutes} phút"] if minutes else []
    return " ".join([*words, f"{rest} giây"] if rest or not minutes else words)


def moment(at: datetime) -> str:
    """A time of day with its date, as it is written for reading: "9 giờ 15 phút ngày 24/11/2026"."""
    return f"{at.hour} giờ {f'{at.minute} phút ' if at.minute else ''}ngày {at:%d/%m/%Y}"


def paragraphs(text: str) -> Sequence[str]:
    """What a template gives, by paragraphs: they stand between empty lines."""
    return [" ".join(one.split()) for one in re.split(r"\n\s*\n", text) if one.strip()]


def _step(value: Mapping[str, Any]) -> Step:
    if "index" in value:
        return Told(**value)
    return Music(**value) if "seconds" in value else Line(**value)
