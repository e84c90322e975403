"""`python -m demo.album`: play the two days, take every page's pictures, write all that to docs/."""

from __future__ import annotations

import argparse
import logging
import secrets
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import requests
import yaml

from demo.album.clock import Clock
from demo.office import (
    FIRST_DAY,
    PEOPLE,
    SCHEDULE,
    DemoTrouble,
    enter_environment,
    fitted,
    free_port,
    free_ports,
    new_keys,
    own_folder,
    set_up,
    stand_ins,
)
from pipeline.schedule import Schedule

DOCS = Path(__file__).parents[2] / "docs"
PASSWORD = "giay-moi-hop-sang-thu-hai"  # noqa: S105 - of a demo on this machine
FACEBOOK: dict[str, Any] = {
    "id": "facebook",
    "kind": "manual",
    "place": "Trang Facebook của tỉnh",
    "open": "https://www.facebook.com/phutho",
}


def main() -> int:
    """Returns the exit code: 1 where an address has no picture, or a page is amiss."""
    options = argparse.ArgumentParser(prog="python -m demo.album", description=__doc__)
    options.add_argument("--only", metavar="PART", action="append", help="pictures with PART in their name")
    options.add_argument("--to", metavar="FOLDER", type=Path, default=DOCS, help="by default docs/")
    given = options.parse_args()
    # Always the same, for one page shows it.
    scratch = Path(tempfile.gettempdir()) / "loa-album"
    try:
        with ExitStack() as opened:
            opened.enter_context(own_folder(scratch))
            opened.callback(shutil.rmtree, scratch)
            return _album(opened, scratch, given.to, given.only or [""])
    except DemoTrouble as trouble:
        print(trouble.message)
        return 1


def _album(opened: ExitStack, scratch: Path, to: Path, only: list[str]) -> int:
    from pipeline.cli.session import set_up_django

    began = time.monotonic()
    keys, refresh, ports, clock = new_keys(), secrets.token_urlsafe(12), free_ports(8000), Clock(FIRST_DAY)
    enter_environment(keys)
    set_up_django(scratch / "var")
    from demo.album.book import page
    from demo.album.camera import WIDTHS, NoBrowser, camera, write
    from demo.album.pages import SHOTS, missing

    if without := missing():
        print("No picture of these addresses: add a Shot to demo/album/pages.py (or to its NO_PAGES):")
        print(*(f"  {each}" for each in without), sep="\n")
        return 1
    opened.enter_context(clock.everywhere())
    agencies, telegram, zalo = stand_ins(opened, ports, keys, refresh, clock.seconds)
    (scratch / "schedule.yaml").write_text(_with_a_place(fitted(SCHEDULE.read_text(), ports)))
    office = set_up(scratch, PASSWORD, refresh)

    from demo.album.scene import Scene
    from demo.day import Cast, DayPage
    from pipeline.cli.work import at_work
    from pipeline.office import open_office
    from pipeline.service import Web

    office = open_office(office.schedule, office.data, clock.now)
    opened.callback(office.close)
    web = Web("127.0.0.1", ports[8000])
    opened.callback(web.close)
    web.start()
    shown = replace(office, schedule=_without_the_place(office.schedule))
    cast = Cast(shown, telegram.url, zalo.url, web.address, clock.now, PEOPLE, PASSWORD, lambda: None)
    day = opened.enter_context(DayPage(free_port(8001), cast))
    logging.getLogger("django.request").setLevel(logging.ERROR)  # refusals have pictures too
    print("Playing two days of the demo office …", flush=True)
    tools, owner = opened.enter_context(at_work(office))
    found = Scene(office, tools, owner, clock, agencies, telegram).play()
    # Its button for the second day has been pressed.
    requests.post(f"{day.url}/ngay-mai", timeout=60)
    found["day"] = day.url

    wanted = [shot for shot in SHOTS if any(name in shot.file for name in only)]
    pictures = to / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    try:
        seen = opened.enter_context(camera(web.address, PASSWORD))
    except NoBrowser:
        print("No Chromium: make browser")
        return 1
    for at, shot in enumerate(wanted, 1):
        print(f"  {at:3}/{len(wanted)}  {shot.file}", flush=True)
        for ending, picture in zip(WIDTHS, seen.take(shot, shot.path.format_map(found)), strict=True):
            write(pictures, shot, ending, picture)
    if only == [""]:
        named = {f"{shot.file}{ending}.webp" for shot in SHOTS for ending in WIDTHS}
        for old in pictures.iterdir():
            if old.name not in named:
                old.unlink()
        (to / "vi").mkdir(exist_ok=True)
        (to / "vi" / "cac-trang.md").write_text(page())
    size = sum(path.stat().st_size for path in pictures.iterdir())
    print(f"{2 * len(wanted)} pictures in {time.monotonic() - began:.0f} s; {pictures}: {size / 1e6:.1f} MB")
    print(*(f"AMISS  {trouble}" for trouble in seen.troubles), sep="\n")
    return 1 if seen.troubles else 0


def _with_a_place(schedule: str) -> str:
    """The demo's schedule, and a page on which people post by hand."""
    office = yaml.safe_load(schedule)
    office["channels"].append(FACEBOOK)
    office["routes"].append({"channels": [FACEBOOK["id"]], "kinds": ["tin"], "topics": [1, 2]})
    return yaml.safe_dump(office, allow_unicode=True, sort_keys=False)


def _without_the_place(schedule: Schedule) -> Schedule:
    """As the demo's own page knows it."""
    channels = tuple(each for each in schedule.channels if each.id != FACEBOOK["id"])
    return schedule.model_copy(update={"channels": channels})


if __name__ == "__main__":
    sys.exit(main())
