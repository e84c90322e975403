"""Death at each named point of an article's way: what was in hand there is neither lost nor sent twice."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.crash.chaos import LONG
from tests.crash.dying import POINTS
from tests.crash.town import NOW, STARTED, Town, database_of_its_own, town

IN_HAND = {
    "before telegram": ("telegram", False),
    "after telegram": ("telegram", True),
    "before bot": ("nhom", False),
    "after bot": ("nhom", True),
    "before checkpoint": ("zalo", True),
    "after checkpoint": ("zalo", True),
}
"""What a point is about: a claimed row of that channel, of which the readers have something or nothing."""


SHORT = ("releasing", "before telegram", "after telegram", "after checkpoint", "drafted", "settling", "swept")
"""What `make test` has time for; `LOA_LONG=1` takes all."""


def die(office: Town, point: str, nth: int = 1) -> None:
    with office.start("once", "--now", NOW, by=("tests.crash.dying", point, str(nth))) as process:
        _, err = process.communicate(timeout=STARTED)
    assert process.returncode == -signal.SIGKILL, f"it never came to {point!r}: {err}"


def in_hand(office: Town) -> set[tuple[str, bool]]:
    rows = office.ask(
        "SELECT d.channel, d.part, r.source_link FROM pipeline_delivery d"
        " JOIN pipeline_revision r ON r.id = d.revision_id WHERE d.state = 'sending'"
    )
    truth = office.truth()
    return {(c, bool(truth[c, int(link.rpartition("/")[2]), part])) for c, part, link in rows}


def test_death_at_every_named_point(tmp_path: Path) -> None:
    with database_of_its_own() as database, town(tmp_path, database) as office:
        if LONG:
            die(office, "migrating", 5)
        office.authorize()
        for point in [point for point in POINTS if point != "migrating"] if LONG else SHORT:
            office.publish(1)
            die(office, point)
            if point in IN_HAND:
                assert IN_HAND[point] in in_hand(office), point
            elif point == "claiming":
                assert not in_hand(office), "a claim stood before it was committed"
            elif point == "drafted":
                assert list((tmp_path / "radio").rglob(".*.tmp")), "there is no draft"
        office.calm()
        tally = office.compare()
        print(f"\ndeath at {'every' if LONG else len(SHORT)} named point(s): {tally}")
        assert tally.there
        assert tally.not_there
