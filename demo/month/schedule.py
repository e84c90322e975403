"""The shipped schedule.yaml, fitted to the month: other addresses, one more chat, a nightly backup."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

SHIPPED = Path(__file__).parents[2] / "schedule.yaml"


def fitted(feeds: Mapping[str, str], telegram: str, zalo: str, web: str) -> str:
    """`feeds` holds each source's address. Raises ValueError where the shipped file has changed too much."""
    text = SHIPPED.read_text()
    changes = {
        "base_url: http://127.0.0.1:8000": f"base_url: {web}",
        "  quiet_hours:": "  backups: {folder: kept}\n  quiet_hours:",
        # Every message of the month is a post's: nobody is on duty.
        "  duty:": "  #",
        "    chat: {channel: telegram-tinh": "  #",
        "    digest:": "  #",
        "http://127.0.0.1:8081": telegram,
        "http://127.0.0.1:8082": zalo,
        "every: 20s": "every: 30m",
        "folder: var/radio": "folder: radio",
        "  - id: zalo\n": _GROUP.format(telegram=telegram) + "  - id: zalo\n",
        "  - {channels: [loa], kinds: [tin, thong-bao, dinh-chinh]}": _ROUTE,
        "  - {channels: [loa], topics: [4]}": "  #",
        # Bulletins have a month of their own: demo/bulletins.
        "  - {id: ban-tin-": "  # - {id: ban-tin-",
        "  - {id: sang,": '  - {id: sao-luu, at: "01:30", job: backup}\n  - {id: sang,',
    }
    for source, address in feeds.items():
        shipped = next(line for line in text.splitlines() if "url: " in line and f"/{source}." in line)
        changes[shipped.strip()] = f"url: {address}"
    for old, new in changes.items():
        if old not in text:
            raise ValueError(f"{SHIPPED}: nothing reads {old!r} any more")
        text = text.replace(old, new)
    return text


_GROUP = """\
  - id: telegram-nhom
    kind: telegram
    chat: "-4001"
    token: "${{TELEGRAM_TOKEN}}"
    api: {telegram}/bot
"""
_ROUTE = """\
  - {channels: [telegram-nhom], kinds: [thong-bao], not_before: "07:00", not_after: "20:00"}
  - {channels: [loa], kinds: [tin, thong-bao]}
"""
