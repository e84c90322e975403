"""Hypothesis strategies: documents as newsrooms write them, and markup as nobody should."""

from __future__ import annotations

from hypothesis import strategies as st

from channels.document import Block, Heading, Listing, ListItem, Paragraph, Preformatted, Quote, Run, Runs

WORDS = (
    "hồ sơ",
    "TP. Việt Trì",
    "15.000 đồng",
    "UBND tỉnh",
    "v.v.",
    "<b>&amp;",
    "👨‍👩‍👧",
    "🇻🇳",
    "nộp",
    "“khai”",
    'a"b',
)

words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
sentence = st.builds(lambda text, stop: f"Câu {text}{stop}", words, st.sampled_from([".", "?", "…", "!"]))
text = st.lists(sentence, min_size=1, max_size=5).map(" ".join)
run = st.builds(
    Run,
    text,
    bold=st.booleans(),
    italic=st.booleans(),
    strike=st.booleans(),
    code=st.booleans(),
    href=st.sampled_from([None, None, "https://a.example/?x=1&y=%22"]),
)
runs: st.SearchStrategy[Runs] = st.lists(run, min_size=1, max_size=3).map(
    lambda many: tuple(run for each in many for run in (each, Run(" ")))[:-1]
)
item = st.builds(ListItem, runs, st.integers(0, 4), st.none() | st.integers(1, 99))
block: st.SearchStrategy[Block] = st.one_of(
    st.builds(Paragraph, runs),
    st.builds(Heading, st.integers(2, 4), runs),
    st.builds(Quote, runs),
    st.builds(Preformatted, text),
    st.builds(Listing, st.lists(item, min_size=1, max_size=4).map(tuple)),
)
documents = st.lists(block, max_size=12).map(tuple)

_TAGS = (
    *("p", "br", "h3", "ul", "ol", "li", "table", "thead", "tr", "th", "td", "caption", "blockquote", "pre"),
    *("code", "strong", "em", "u", "s", "a", "img", "figure", "figcaption", "hr", "dl", "dt", "dd", "script"),
)
_opened = st.builds(
    lambda tag, attribute: f"<{tag} {attribute}>",
    st.sampled_from(_TAGS),
    st.sampled_from(["", 'href="https://a.example/"', 'src="x"', 'colspan="900"', 'rowspan="900" start="7"']),
)
_closed = st.sampled_from(_TAGS).map("</{}>".format)
_debris = st.sampled_from(
    ["<![x[", "<!--", "-->", "<!", "<?", "&amp", "&#x110000;", "<a", "</", "&lt;b&gt;", "\x00"]
)
soup = st.lists(st.one_of(_opened, _closed, _debris, text, st.text(max_size=20)), max_size=40).map("".join)
