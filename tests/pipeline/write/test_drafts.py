"""Nothing that was typed is lost: not to another writer, not to an answer that never came."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from pipeline.acts import NotAllowed
from pipeline.collect.clean import clean
from pipeline.deliver.engine import real_now
from pipeline.models import Appointment, AuditEntry, Draft, Opened
from pipeline.write.drafts import Stale, begin, discard, save, subject, words_of
from pipeline.write.kinds import GAP, KINDS
from pipeline.write.opened import GONE_AFTER, look
from tests.pipeline.day import Day, person

pytestmark = pytest.mark.django_db


def test_a_kind_brings_its_skeleton(day: Day) -> None:
    draft = begin(day.office, person("lan", "contributor"), "Văn phòng", "thong-bao")
    assert draft.title == "Thông báo ‹việc gì›"
    assert "<h3>Người dân cần làm gì</h3>" in draft.body
    assert (draft.version, draft.writers) == (1, ["lan"])
    assert AuditEntry.objects.get().subject == f"draft:{draft.id}"


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_every_skeleton_is_as_the_cleaner_makes_it_and_has_something_to_fill_in(kind: object) -> None:
    skeleton = KINDS[kind.id].skeleton  # type: ignore[attr-defined]
    assert clean(skeleton).html == skeleton
    assert GAP.search(skeleton)


def test_who_may_not_write_for_an_agency_begins_nothing(day: Day) -> None:
    other = User.objects.create(username="minh")
    Appointment.objects.create(user=other, role="contributor", agency="Sở khác")
    for user, kind in ((other, "tin"), (person("soi", "auditor"), "tin"), (person("lan", "editor"), "khac")):
        with pytest.raises(NotAllowed):
            begin(day.office, user, "Văn phòng", kind)
    assert not Draft.objects.exists()


def test_a_save_on_an_older_version_is_refused_and_says_who_was_faster(day: Day) -> None:
    lan, minh = person("lan", "editor"), person("minh", "editor")
    minh.first_name = "Trần Minh"
    minh.save()
    draft = begin(day.office, lan, "Văn phòng", "tin")
    save(draft.id, minh, replace(words_of(draft), title="Của Minh"), 1, "p2")
    with pytest.raises(Stale, match="Trần Minh vừa lưu một bản khác"):
        save(draft.id, lan, replace(words_of(draft), title="Của Lan"), 1, "p1")
    draft.refresh_from_db()
    assert (draft.title, draft.version, draft.writers) == ("Của Minh", 2, ["lan", "minh"])


def test_what_was_saved_without_the_pages_hearing_of_it_is_no_strangers(day: Day) -> None:
    lan = person("lan", "editor")
    draft = begin(day.office, lan, "Văn phòng", "tin")
    heard_nothing = replace(words_of(draft), title="Một")
    save(draft.id, lan, heard_nothing, 1, "p1")
    assert save(draft.id, lan, heard_nothing, 1, "p1").version == 2
    assert save(draft.id, lan, replace(heard_nothing, title="Một hai"), 1, "p1").version == 3


def test_only_what_was_read_is_dropped(day: Day) -> None:
    lan, minh = person("lan", "editor"), person("minh", "editor")
    draft = begin(day.office, lan, "Văn phòng", "tin")
    save(draft.id, minh, replace(words_of(draft), title="Của Minh"), 1, "p2")
    with pytest.raises(Stale):
        discard(draft.id, lan, 1)
    discard(draft.id, lan, 2)
    assert not Draft.objects.exists()
    assert AuditEntry.objects.latest("sequence").act == "discard"


def test_what_somebody_else_has_open_is_not_dropped(day: Day) -> None:
    lan, minh = person("lan", "editor"), person("minh", "editor")
    draft = begin(day.office, lan, "Văn phòng", "tin")
    look(subject(draft), minh, real_now())
    with pytest.raises(NotAllowed, match="Có người đang mở bài này"):
        discard(draft.id, lan, 1)
    Opened.objects.update(seen=real_now() - GONE_AFTER - timedelta(seconds=1))
    look(subject(draft), lan, real_now() - GONE_AFTER)
    discard(draft.id, lan, 1)
    assert not Draft.objects.exists()


class Writers(RuleBasedStateMachine):
    """Three pages of two people at one draft, over a line that loses answers.

    A page types by adding a word of its own, so that the text says all that its writer had before their eyes.
    """

    def __init__(self) -> None:
        super().__init__()
        self.clean = transaction.savepoint()
        self.people = [person(name, "editor") for name in ("lan", "minh")]
        self.draft = Draft.objects.create(
            agency="Văn phòng", kind="tin", begun_by=self.people[0], begun_at="2026-11-23T00:00Z",
            saved_by=self.people[0], saved_at="2026-11-23T00:00Z",
        )  # fmt: skip
        self.pages = {f"p{n}": (self.people[n % 2], "", 1) for n in range(3)}
        self.typed = 0
        self.stored: set[str] = set()
        """Every word that a save has brought in."""

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.clean)

    @rule(page=st.sampled_from(["p0", "p1", "p2"]))
    def types(self, page: str) -> None:
        who, text, version = self.pages[page]
        self.typed += 1
        self.pages[page] = (who, f"{text} {page}-{self.typed}".strip(), version)

    @rule(page=st.sampled_from(["p0", "p1", "p2"]), answered=st.booleans())
    def saves(self, page: str, answered: bool) -> None:
        who, text, version = self.pages[page]
        before = Draft.objects.get()
        try:
            saved = save(self.draft.id, who, replace(words_of(before), title=text), version, page)
        except Stale:
            return
        self.stored |= set(text.split())
        if answered:
            self.pages[page] = (who, text, saved.version)

    @rule(page=st.sampled_from(["p0", "p1", "p2"]))
    def reads_the_newest_and_takes_its_own_words_over(self, page: str) -> None:
        who, text, _version = self.pages[page]
        now = Draft.objects.get()
        missing = [word for word in text.split() if word not in now.title.split()]
        self.pages[page] = (who, " ".join([now.title, *missing]).strip(), now.version)

    @invariant()
    def no_word_that_was_ever_saved_is_gone(self) -> None:
        assert self.stored <= set(Draft.objects.get().title.split())


def test_writers_take_nothing_from_each_other() -> None:
    checked = settings(max_examples=40, stateful_step_count=20, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Writers, settings=checked)
