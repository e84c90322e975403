"""A day's page: what stands in its folder, by broadcast time, to be opened from disk on any phone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from channels.base import Priority
from channels.radio.programme import LEVELS, Programme, Script, duration
from channels.radio.sheet import MARKS

INDEX = "index.html"
_FORMATS = {
    ".txt": "Văn bản đọc",
    ".docx": "Word",
    ".pdf": "PDF",
    ".wav": "Nghe thử",
    ".json": "Dữ liệu",
}
_PAGE = """<!doctype html>
<html lang="vi">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Phát thanh ngày {day}</title>
<style>
body {{ font: 1.05rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 0 auto; padding: 1rem; }}
h1 {{ font-size: 1.4rem; }} h2 {{ font-size: 1.15rem; border-bottom: 1px solid #999; margin-top: 2rem; }}
ol {{ list-style: none; padding: 0; }} li {{ padding: .7rem 0; border-bottom: 1px solid #ddd; }}
h3 {{ font-size: 1.05rem; margin: 0; }} p {{ margin: .2rem 0; }}
ol ol {{ list-style: decimal; margin: .2rem 0; padding-left: 2rem; }}
ol ol li {{ padding: 0; border: 0; }}
nav a {{ display: inline-block; padding: .35rem .6rem .35rem 0; }}
.urgent {{ border-left: .4rem solid #b3261e; padding-left: .7rem; }}
.look {{ color: #8a1c14; font-weight: 600; }}
</style>
<h1>{station}</h1>
<p>Phát thanh ngày {day}</p>
{sections}
</html>
"""


@dataclass(frozen=True)
class _Entry:
    programme: Programme
    file: Path
    """Its .json."""

    @property
    def is_bulletin(self) -> bool:
        return self.programme.minutes > 0

    @property
    def urgent(self) -> bool:
        return self.programme.level is Priority.EMERGENCY


def index(day: Path) -> str | None:
    """The page of a day's folder, or None where no script stands there. Raises OSError."""
    entries = list(_entries(day))
    if not entries:
        return None
    sections = (
        ("Khẩn cấp", [one for one in entries if one.urgent and not one.is_bulletin]),
        ("Bản tin", [one for one in entries if one.is_bulletin]),
        ("Tin phát riêng", [one for one in entries if not one.urgent and not one.is_bulletin]),
    )
    return _PAGE.format(
        day=f"{entries[0].programme.airs_at:%d/%m/%Y}",
        station=escape(entries[0].programme.station),
        sections="\n".join(
            f"<h2>{title} ({len(some)})</h2>\n<ol>\n{''.join(_item(day, one) for one in some)}</ol>"
            for title, some in sections
            if some
        ),
    )


def _entries(day: Path) -> Iterator[_Entry]:
    """Those whose text is there, in the order of their names; a station's own files are none of them."""
    for file in sorted(day.rglob("*.json"), key=lambda file: file.name):
        if not file.with_suffix(".txt").exists():
            continue
        try:
            yield _Entry(Programme.of(json.loads(file.read_bytes())), file)
        except (ValueError, KeyError, TypeError):
            continue


def _item(day: Path, entry: _Entry) -> str:
    programme = entry.programme
    scripts, alone = programme.scripts, not entry.is_bulletin
    title = _title(scripts[0]) if alone and scripts else programme.name
    when = "được phát từ " if alone else ""
    told = [f"{when}{programme.airs_at:%H:%M}", f"mức {LEVELS[programme.level]}", duration(programme.seconds)]
    if not alone:
        told.append(f"khung {programme.minutes} phút, {len(scripts)} tin")
    flags = sum(len(script.flags) for script in scripts)
    look = f'<p class="look">Cần xem trước khi phát: {flags} chỗ</p>\n' if flags else ""
    items = "" if alone else "".join(f"<li>{escape(_title(script))}</li>" for script in scripts)
    kind = ' class="urgent"' if entry.urgent else ""
    return (
        f"<li{kind}>\n<h3>{escape(title)}</h3>\n"
        f"<p>{' · '.join(told)}</p>\n{look}{f'<ol>{items}</ol>' if items else ''}"
        f"<nav>{' '.join(_links(day, entry.file))}</nav>\n</li>\n"
    )


def _title(script: Script) -> str:
    return ": ".join(filter(None, (MARKS.get(script.kind), script.title)))


def _links(day: Path, file: Path) -> Iterator[str]:
    for kind, name in _FORMATS.items():
        if (there := file.with_suffix(kind)).exists():
            yield f'<a href="{quote(str(there.relative_to(day)))}">{name}</a>'
