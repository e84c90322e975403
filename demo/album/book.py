"""docs/vi/cac-trang.md: every page of the album with both its pictures."""

from __future__ import annotations

from collections.abc import Iterator

from demo.album.pages import GROUPS, Shot

_HEAD = """# Các trang

Mọi trang của Loa, trên máy tính và trên điện thoại. Trang này và các ảnh do `make pictures` làm ra từ văn
phòng chạy thử; dữ liệu là giả định. Cách làm từng việc: [Hướng dẫn cho cán bộ](huong-dan.md).
"""


def page() -> str:
    """In Markdown."""
    return "\n".join([_HEAD, *_lines()]) + "\n"


def _lines() -> Iterator[str]:
    for title, shots in GROUPS.items():
        yield f"## {title}\n"
        for shot in shots:
            yield from _section(shot)


def _section(shot: Shot) -> Iterator[str]:
    yield f"### {shot.title}\n"
    yield "| Trên máy tính | Trên điện thoại |"
    yield "|---|---|"
    yield (
        f"| ![{shot.title}, trên máy tính](../pictures/{shot.file}.webp) "
        f"| ![{shot.title}, trên điện thoại](../pictures/{shot.file}-dt.webp) |\n"
    )
