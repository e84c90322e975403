"""Collecting as a whole: two at once, a clock that was ahead, and what nobody foresaw in one source."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from pipeline import acts, run
from pipeline.collect import intake, stage
from pipeline.models import Article, Source
from tests.pipeline.day import WORDS, Day, at, person

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_who_collect_the_same_news_make_one_article_of_it(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    day.says("1")
    day.publish()
    met, known = threading.Barrier(2), intake.known

    def known_to_both(*what: Any) -> Any:
        found = known(*what)
        with suppress(threading.BrokenBarrierError):
            met.wait(0.5)
        return found

    monkeypatch.setattr("pipeline.collect.stage.known", known_to_both)

    def collect() -> None:
        run.collect_sources(day.office, day.tools)
        connection.close()

    both = [threading.Thread(target=collect) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert Article.objects.count() == 1


def test_what_a_clock_ahead_has_read_is_due_when_the_clock_is_put_right(day: Day) -> None:
    sources = day.office.schedule.sources
    assert stage.due(sources, day.now) == [*sources]
    day.once("2030-11-23T08:00")
    assert stage.due(sources, day.now) == []
    assert stage.due(sources, at("2026-11-24T04:31")) == [*sources]
    day.once("2026-11-24T04:31")
    assert stage.due(sources, day.now) == []
    assert stage.due(sources, day.now + 2 * sources[0].every) == [*sources]


def test_what_nobody_foresaw_is_the_trouble_of_that_source_and_of_no_other(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    [good] = day.office.schedule.sources
    bad = good.model_copy(update={"id": "ban-than"})
    object.__setattr__(day.office.schedule, "sources", (bad, good))
    fetch = stage._fetch

    def locked(settings: Any, *rest: Any) -> Any:
        if settings.id == bad.id:
            raise OperationalError("database is locked")
        return fetch(settings, *rest)

    monkeypatch.setattr(stage, "_fetch", locked)
    day.says("1")
    day.once()
    assert Source.objects.get(id=good.id).state == "ok"
    trouble = Source.objects.get(id=bad.id)
    assert (trouble.state, trouble.since) == ("trouble", day.now)
    assert "chưa lường trước khi đọc nguồn" in trouble.reason
    assert trouble.next_fetch is not None
    assert trouble.next_fetch > day.now + timedelta(minutes=1)


def test_a_persons_reason_to_withdraw_outlives_the_feeds_next_word(day: Day) -> None:
    day.says("1")
    day.once()
    acts.withdraw(day.office, day.article().id, person("hoa", "approver"), "sai số liệu")
    day.says("1", WORDS.replace("sáng", "chiều"))
    day.once()
    article = day.article()
    assert (article.current.number, article.withdrawn_because) == (2, "sai số liệu")  # type: ignore[union-attr]
