"""The pages that are measured, by name: every address that answers, and searches of the worst kinds."""

from __future__ import annotations

from urllib.parse import quote_plus

FREQUENT = "đồng ruộng lúa ngô chè rừng sông suối"
"""Words that two thirds of all articles have; hardly one has them all."""


def _search(words: str, **chosen: str) -> str:
    asked = {"tim": words} | {name.replace("_", "-"): value for name, value in chosen.items()}
    return "/console/tim?" + "&".join(f"{name}={quote_plus(value)}" for name, value in asked.items())


PAGES = {
    "console": "/console/",
    "console, nothing new": "/console/?tu={stamp}",
    "a list": "/console/danh-sach/review",
    "a list, the first page": "/console/danh-sach/approved",
    "a list, a late page": "/console/danh-sach/approved?trang=15",
    "the day": "/console/lich",
    "another day": "/console/lich?ngay=24/11/2026",
    "the week": "/console/lich/tuan",
    "channels": "/console/kenh",
    "a channel": "/console/kenh/telegram",
    "a broadcast": "/console/kenh/zalo/gui-loat",
    "sources": "/console/nguon",
    "a source": "/console/nguon/nguon-3",
    "by hand": "/console/dang-tay",
    "a card": "/console/dang-tay/{card}",
    "people": "/console/nguoi-dung",
    "a person": "/console/nguoi-dung/{user}",
    "the log": "/console/nhat-ky",
    "the log of one article": "/console/nhat-ky?loai=article&so={middle}",
    "the log, who never did": "/console/nhat-ky?ai=lan&viec=withdraw",
    "the log of a day": "/console/nhat-ky?tu=20/11/2026&den=20/11/2026",
    "an account": "/console/tai-khoan",
    "a second factor": "/console/tai-khoan/ma-dang-nhap",
    "a look into an article": "/console/bai/{newest}/xem-nhanh",
    "an article": "/console/bai/{middle}",
    "an article that waits": "/console/bai/{newest}",
    "a preview": "/console/bai/{newest}/xem-truoc/telegram",
    "before a correction": "/console/bai/{middle}/correct",
    "before a withdrawal": "/console/bai/{middle}/withdraw",
    "who reads with me": "/console/bai/{newest}/ai-dang-mo",
    "drafts": "/console/viet",
    "a draft": "/console/viet/{draft}",
    "who writes with me": "/console/viet/{draft}/ai-dang-mo",
    "in doubt": "/console/doubt",
    "search, nothing asked": "/console/tim",
    "search, in all of them": _search("tin"),
    "search, with marks": _search("đồng"),
    "search, without": _search("dong"),
    "search, many words": _search(FREQUENT),
    "search, many, unmarked": _search("dong ruong lua ngo che rung song suoi"),
    "search, excluded words": _search("tin -dong -ruong -lua -ngo -che -rung -song -suoi"),
    "search, a phrase": _search('"nông sản"'),
    "search, one article": _search("({middle})"),
    "search, a word nowhere": _search("tin khongcodau"),
    "search, no words": _search("", nhom="3"),
    "search, one state": _search("tin", trang_thai="withdrawn"),
    "search, one channel": _search("dong", kenh="loa"),
    "search, one agency": _search("tin", co_quan="Cơ quan 5", nhom="2"),
    "search, some days": _search("dong", tu="01/11/2026", den="20/11/2026"),
    "search, all at once": _search(
        "dong lua", co_quan="Cơ quan 5", kenh="loa", trang_thai="approved", tu="01/01/2020"
    ),
    "search, an agency's name": _search("quan"),
    "search, an address": _search("https://a.example/5"),
    "portal": "/",
    "portal, a late page": "/?trang=30",
    "a section": "/chuyen-muc/4",
    "an article of the portal": "/tin/tin-{middle}",
    "the portal's feed": "/rss.xml",
    "press": "/press/",
    "the press feed": "/press/rss.xml",
}
"""`newest` waits for a person, `middle` is an approved article, `card` a post to make by hand."""

NO_PAGES = {
    "healthz",
    "static",
    "media",
    "robots",
    "console-listen",
    "console-log-export",
    "console-code",
    "console-welcome",
    "console-approve",
    "login",
}
"""No page; made while it is sent, as a sound or the whole log; or met before one has signed in."""


def unasked() -> set[str]:
    """The names of those addresses that answer a GET and are neither of `PAGES` nor of `NO_PAGES`."""
    from django.urls import resolve

    from web.permissions import addresses

    there = {each.name for each in addresses() if each.demands and "GET" in each.demands.acts}
    numbers = dict.fromkeys(("newest", "middle", "card", "draft", "user", "stamp"), 1)
    asked = {resolve(page.partition("?")[0].format(**numbers)).url_name for page in PAGES.values()}
    return there - asked - NO_PAGES
