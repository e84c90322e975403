"""The peer of the delivery workload, a process of its own: apprise sends texts to a local Bot API."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(api: str, token: str, chat: str, texts: str) -> None:
    """Send every text of a file, a JSON list."""
    from apprise import Apprise, NotifyFormat
    from apprise.plugins.telegram import NotifyTelegram

    NotifyTelegram.notify_url = f"{api}/bot"
    peer = Apprise()
    assert peer.add(f"tgram://{token}/{chat}?format=html&preview=no")
    bodies = json.loads(Path(texts).read_text())
    for body in bodies:
        if not peer.notify(body=body, body_format=NotifyFormat.HTML):
            raise SystemExit("apprise could not send a text")


if __name__ == "__main__":
    main(*sys.argv[1:])
