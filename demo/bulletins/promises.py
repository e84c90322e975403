"""What was promised of the bulletins, held against what was aired: worked out from what was published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from demo.bulletins.agencies import GUIDES
from demo.bulletins.play import Month, Seen
from demo.month.promises import Promise
from pipeline.models import Airing, Bulletin, Delivery, Errand

WEEK = timedelta(days=7)
ENOUGH_MORE = 4
"""So many items that found no place: then there was enough to say."""
LINK = 10
"""Seconds of the words and the sting before an item."""


def judge(month: Month) -> list[Promise]:
    """Every promise, tested."""
    return [
        _length(month), _full(month), _nothing_fits(month), _order(month), _fresh(month), _in_time(month),
        _stands(month), _once_a_week(month), _groups(month), _amended(month), _emergencies(month),
        _again(month), _late(month),
    ]  # fmt: skip


@dataclass(frozen=True)
class Made:
    """One bulletin: what was aired, from its rows."""

    seen: Seen
    bulletin: Bulletin
    airings: Sequence[Airing]

    @property
    def at(self) -> datetime:
        return self.seen.airs_at

    @property
    def levels(self) -> Sequence[str]:
        return [script["level"] for script in self.bulletin.programme["scripts"]]


def _made(month: Month) -> Iterator[Made]:
    for seen in month.seen:
        if seen.whole is not None:
            rows = Airing.objects.filter(bulletin=seen.whole.bulletin).order_by("position")
            yield Made(seen, seen.whole.bulletin, list(rows.select_related("article", "revision")))


def _at(moment: datetime) -> str:
    return f"{moment:%d/%m %H:%M}"


def _length(month: Month) -> Promise:
    promise = Promise("no bulletin is longer than its slot")
    for made in _made(month):
        seconds = made.bulletin.seconds
        promise.test(seconds <= month.minutes * 60, f"{_at(made.at)}: {seconds} s")
    return promise


def _full(month: Month) -> Promise:
    promise = Promise("within 3 % of it where there was enough to say")
    for made in _made(month):
        no_room = [article for article, why in made.bulletin.left if why.startswith("hết chỗ")]
        if len(no_room) >= ENOUGH_MORE:
            seconds = made.bulletin.seconds
            said = f"{_at(made.at)}: {seconds} s of {month.minutes * 60}, {len(no_room)} found no place"
            promise.test(seconds >= 0.97 * month.minutes * 60, f"{said}, {len(made.airings)} did")
    return promise


def _nothing_fits(month: Month) -> Promise:
    promise = Promise("where it is shorter than that, nothing that it left out would have fitted")
    for made in _made(month):
        short = month.minutes * 60 - made.bulletin.seconds
        if short > 0.03 * month.minutes * 60:
            no_room = [article for article, why in made.bulletin.left if why.startswith("hết chỗ")]
            rows = Delivery.objects.filter(article__in=no_room, channel="loa", sent_at__lte=made.seen.made_at)
            lengths = [row.content["seconds"] for row in rows.exclude(errand=Errand.WITHDRAW)]
            said = f"{_at(made.at)}: {short} s short, {', '.join(map(str, sorted(lengths)))} s left out"
            promise.test(all(length + LINK > short for length in lengths), said)
    return promise


def _order(month: Month) -> Promise:
    promise = Promise("emergencies, then what is put right, then priority, then the rest")
    places = {"khan-cap": 0, "uu-tien": 2, "thuong": 3}
    for made in _made(month):
        found = [
            1 if airing.errand != "post" and level != "khan-cap" else places[level]
            for airing, level in zip(made.airings, made.levels, strict=True)
        ]
        promise.test(found == sorted(found), f"{_at(made.at)}: {found}")
    return promise


def _fresh(month: Month) -> Promise:
    promise = Promise("of the rest the newest first, of what was never heard")
    for made in _made(month):
        since = [
            max(news.at, news.embargo or news.at)
            for airing, level in zip(made.airings, made.levels, strict=True)
            if (news := month.commune.news.get(airing.article.guid)) and not (news.guide or news.again)
            if (airing.errand, level, airing.part < 2) == ("post", "thuong", True)
        ]
        promise.test(since == sorted(since, reverse=True), f"{_at(made.at)}: {len(since)} in order")
    return promise


def _in_time(month: Month) -> Promise:
    promise = Promise("nothing embargoed, nothing expired")
    for made in _made(month):
        ends = made.at + timedelta(minutes=month.minutes)
        for airing in made.airings:
            news = airing.revision
            if airing.errand == "post" and (news.embargo or news.expires):
                early = news.embargo and news.embargo > made.at
                late = news.expires and news.expires < ends
                promise.test(not early and not late, f"{_at(made.at)}: {news.title[:40]}")
    return promise


def _stands(month: Month) -> Promise:
    promise = Promise("nothing that was withdrawn or not approved then")
    for made in _made(month):
        for airing in made.airings:
            if airing.errand != "withdraw":
                promise.test(
                    airing.article.guid in made.seen.approved, f"{_at(made.at)}: {airing.article.guid}"
                )
    return promise


def _once_a_week(month: Month) -> Promise:
    promise = Promise("nothing twice in a week unless it asks to be")
    before: dict[tuple[int, int], datetime] = {}
    for made in _made(month):
        for airing in made.airings:
            news = month.commune.news.get(airing.article.guid)
            if airing.errand == "post" and not (news and news.again):
                key = (airing.article_id, airing.part)
                gap = made.at - before[key] if key in before else WEEK
                promise.test(gap >= WEEK, f"{airing.article.guid}: {_at(made.at)}, {gap} after")
                before[key] = made.at
    return promise


def _groups(month: Month) -> Promise:
    promise = Promise("each linked-procedure group is heard at least once a week")
    for group in GUIDES:
        times = [made.at for made in _made(month) if any(_is_about(airing, group) for airing in made.airings)]
        ends = [month.seen[0].airs_at, *times, month.seen[-1].airs_at]
        for one, next_one in pairwise(ends):
            promise.test(next_one - one <= WEEK, f"{group}: {_at(one)} to {_at(next_one)}")
    return promise


def _is_about(airing: Airing, group: str) -> bool:
    news = airing.revision
    return news.topic == 4 and group in f"{news.title} {news.lead}".lower()


def _amended(month: Month) -> Promise:
    promise = Promise("what was heard is put right, or taken back, in the next bulletin, once; else nothing")
    aired: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for made in _made(month):
        for airing in made.airings:
            aired[airing.article.guid].append((made.at, airing.errand))
    acts = defaultdict(list)
    for told in month.told:
        acts[told.guid].append(told)
    for guid, said in acts.items():
        for told, later in zip(said, [*said[1:], None], strict=True):
            following = [made.at for made in _made(month) if made.seen.made_at > told.at]
            if not following or (later and later.at < following[0]):
                continue
            times = [at for at, errand in aired[guid] if errand == told.errand and at > told.at]
            expected = following[:1] if told.was_heard else []
            promise.test(
                times == expected, f"{told.errand} of {guid}: {', '.join(map(_at, times)) or 'not told'}"
            )
    return promise


def _emergencies(month: Month) -> Promise:
    promise = Promise("an emergency's script stands in the day's folder at once")
    for guid, scripts in month.emergencies.items():
        promise.test(scripts, f"{guid}: {', '.join(scripts) or 'none'}")
    return promise


def _again(month: Month) -> Promise:
    promise = Promise("asked again, or after a kill, it is the same to the byte")
    for seen in month.seen:
        if seen.same is not None:
            promise.test(seen.same, _at(seen.airs_at))
    return promise


def _late(month: Month) -> Promise:
    promise = Promise("a late job makes it before its time, and later says why not")
    for seen in month.seen:
        late = seen.made_at >= seen.airs_at
        kept = "quá giờ phát" in seen.why if late else seen.whole is not None
        promise.test(kept, f"{_at(seen.airs_at)} at {seen.made_at:%H:%M}: {seen.why or 'made'}")
    return promise
