"""Cleaned HTML as a plain tree, by the standard library's parser: tolerant, and linear in cleaned markup."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

MAX_DEPTH = 60
"""Nesting deeper than this is read as if its tags were not there."""

INLINE = frozenset(
    {"strong", "b", "em", "i", "u", "ins", "s", "del", "strike", "sub", "sup", "a", "code", "span"}
)
CELLS = frozenset({"td", "th"})
_VOID = {"br", "hr", "img"}
_ENDED_BY = {
    "li": {"li", "p"},
    "td": {*CELLS, "p"},
    "th": {*CELLS, "p"},
    "tr": {*CELLS, "tr", "p"},
    "dt": {"dt", "dd", "p"},
    "dd": {"dt", "dd", "p"},
}


@dataclass(eq=False)
class Node:
    """An element; its children are elements and stretches of text, in order."""

    tag: str
    attrs: dict[str, str]
    children: list[Node | str] = field(default_factory=list)


def tree(html: str) -> Node:
    """The root over all of `html`; never raises."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return parser.root


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        ended = _ENDED_BY.get(tag, set() if tag in INLINE or tag in _VOID else {"p"})
        while self._open[-1].tag in ended:
            self._open.pop()
        node = Node(tag, {name: value or "" for name, value in attrs})
        if tag in _VOID:
            self._open[-1].children.append(node)
        elif len(self._open) < MAX_DEPTH:
            self._open[-1].children.append(node)
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        for at in range(len(self._open) - 1, 0, -1):
            if self._open[at].tag == tag:
                del self._open[at:]
                return

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is None:
            self._open[-1].children.append(data)

    def parse_html_declaration(self, i: int) -> int:
        # The standard library asserts on marked sections that it does not know; to HTML they are comments.
        return self.parse_bogus_comment(i)
