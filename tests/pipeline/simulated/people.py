"""What people do in the simulation: agencies publish, officers decide, somebody looks at what is in doubt."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace

from pipeline import acts, run
from pipeline.collect import stage
from pipeline.deliver import pauses, resolve
from pipeline.deliver.values import key_of
from pipeline.entry import Marker
from pipeline.models import Approval, Article, Delivery, Revision, Source
from pipeline.review.checks import similarity
from tests.pipeline.simulated.far_side import Agency, Service, address
from tests.pipeline.simulated.world import Luck, World, killed_at, promise


class People(World):
    """Each act is an event of the machine."""

    # Agencies.

    def an_agency_publishes(self, luck: Luck) -> None:
        self.told += 1
        guid = f"Tin{self.told}"
        self._agency(luck).says(
            guid, self.now, title=f"{guid} bản {luck.length} 1", embargo=self._embargo(luck)
        )
        self.a_source_is_read(luck)

    def an_agency_rewrites(self, luck: Luck) -> None:
        agency, guid = self._entry(luck)
        title = f"{guid} bản {luck.length} {agency.version + 1}"
        agency.says(guid, self.now, title=title, embargo=self._embargo(luck))
        if luck.flag:
            self.a_source_is_read(replace(luck, which=0 if agency.id == "vp" else 1))

    def an_agency_takes_down(self, luck: Luck) -> None:
        agency, guid = self._entry(luck)
        agency.says(guid, self.now, marker=Marker.WITHDRAWN, withdrawn_because="đăng nhầm")

    def an_agency_goes_or_comes_back(self, luck: Luck) -> None:
        agency = self._agency(luck)
        agency.away = not agency.away

    def _agency(self, luck: Luck) -> Agency:
        return self.agencies["so" if luck.which % 2 else "vp"]

    def _entry(self, luck: Luck) -> tuple[Agency, str]:
        every = [(agency, guid) for agency in self.agencies.values() for guid in agency.entries]
        return every[luck.which % len(every)]

    def _embargo(self, luck: Luck) -> datetime | None:
        return self.now + timedelta(hours=3) if luck.which > 9 else None

    def a_source_is_read(self, luck: Luck) -> None:
        """And stored, as `run.collect_sources` does, without its threads; then reviewed."""
        agency = self._agency(luck)
        [settings] = [each for each in self.office.schedule.sources if each.id == agency.id]
        tools = SimpleNamespace(fetcher=agency, sandbox=agency, pictures=None, similarity=similarity)
        with killed_at(luck.death):
            row = stage.met([settings])[agency.id]
            read = stage.read(settings, row, tools, self.office.schedule.office.zone, self.now)  # type: ignore[arg-type]
            stage.store([read], similarity)
            run.advance(self.office)
        told = Source.objects.filter(id=agency.id).values_list("etag", flat=True).first()
        if told == agency.etag:
            known = set(Revision.objects.filter(article__source=agency.id).values_list("title", flat=True))
            missing = {entry.title for entry in agency.entries.values()} - known
            promise(not missing, "feed state is never ahead of its articles", missing)

    # Officers.

    def an_officer_approves(self, luck: Luck) -> None:
        self._act(luck, lambda row: acts.approve(self.office, row.id, self.hoa, reason="lịch đổi"))

    def an_officer_corrects(self, luck: Luck) -> None:
        def act(row: Article) -> None:
            wrong = row.published.title if row.published else ""
            acts.correct(self.office, row.id, self.hoa, [(wrong, f"{wrong} sửa")], "nhầm buổi")

        self._act(luck, act)

    def an_officer_withdraws(self, luck: Luck) -> None:
        self._act(luck, lambda row: acts.withdraw(self.office, row.id, self.hoa, "đăng nhầm"))

    def an_officer_holds(self, luck: Luck) -> None:
        stop = acts.give_back if luck.flag else acts.hold
        self._act(luck, lambda row: stop(self.office, row.id, self.hoa, "xem lại"))

    def _act(self, luck: Luck, act: Callable[[Article], object]) -> None:
        rows = list(Article.objects.select_related("published").order_by("id"))
        if rows:
            row = rows[luck.which % len(rows)]
            with suppress(acts.NotAllowed), killed_at(luck.death):
                act(row)
            yes = Approval.objects.filter(revision__article=row, user=self.hoa)
            self.yes.update(yes.values_list("revision__title", flat=True))

    # What is in doubt, and what only a hand can take down.

    def a_person_looks(self, luck: Luck) -> None:
        """And says what is there."""
        if doubts := self._doubts():
            self._resolve(doubts[luck.which % len(doubts)], None, seen=luck.flag)

    def a_person_errs(self, luck: Luck) -> None:
        if doubts := self._doubts():
            word = list(resolve.Word)[luck.which % 3]
            self._resolve(doubts[luck.which % len(doubts)], word)

    def _doubts(self) -> list[Delivery]:
        rows = Delivery.objects.filter(state__in=("uncertain", "failed")).order_by("id")
        return list(rows.select_related("article"))

    def _resolve(self, row: Delivery, word: resolve.Word | None, *, seen: bool = True) -> None:
        key = key_of(row)
        service = self.services[row.channel]
        there = service.posts[key] > self.again[key]
        truth = resolve.Word.SENT if there else resolve.Word.RESEND
        word = word or truth
        url = address(service, key) if there and seen else ""
        later = self.now + resolve.SETTLES
        try:
            resolve.resolve(row.id, "hoa", word, now=self.now, real_now=later, url=url)
        except resolve.NotResolvable:
            resolve.resolve(row.id, "hoa", resolve.Word.DROP, now=self.now, real_now=later)
            if there:
                self.misled.add((row.article_id, row.channel))
            return
        if there and word is resolve.Word.RESEND:
            self.again[key] += 1
        if word is not truth:
            self.misled.add((row.article_id, row.channel))

    def _take_down(self, row: Delivery) -> None:
        service = self.services[row.channel]
        for ref, message in list(service.messages.items()):
            if message in service.of(row.article.guid):
                del service.messages[ref]
        resolve.taken_down(row.id, "hoa", self.office.pulled)

    # Time, and trouble.

    def minutes_pass(self, luck: Luck) -> None:
        self._wait(timedelta(minutes=luck.which / 2))

    def a_night_passes(self, _: Luck) -> None:
        self._wait(timedelta(hours=13))

    def the_clock_jumps_back(self, luck: Luck) -> None:
        self.now -= timedelta(minutes=5 * luck.which)

    def a_channel_is_paused(self, luck: Luck) -> None:
        pauses.pause(self._service(luck).id, "", "thử", "hoa", self.now)

    def all_are_resumed(self, _: Luck) -> None:
        for channel in self.services:
            pauses.resume(channel, "đã sửa", "hoa", self.now)

    def a_template_breaks_or_is_mended(self, luck: Luck) -> None:
        service = self._service(luck)
        service.mute = not service.mute

    def what_stands_grows_old(self, luck: Luck) -> None:
        service = self._service(luck)
        service.fixed.update(service.messages)

    def _service(self, luck: Luck) -> Service:
        return list(self.services.values())[luck.which % len(self.services)]
