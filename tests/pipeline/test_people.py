"""Rights follow from parts; who wrote an article does not let it out; old groups became roles."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from pipeline import acts, mending, migrations
from pipeline.amend import MASK, Edit
from pipeline.mending import Seen
from pipeline.models import Appointment, Article, AuditEntry
from pipeline.people import Part, appoint, parts_of, rights, rights_of, visible
from pipeline.review.workflow import MAY, OFFICE_WIDE, Act, Role
from tests.pipeline.day import Day, person

HELD = "Ủy ban nhân dân xã đã giải quyết hồ sơ của công dân có số căn cước công dân 025099001234."
MASKED = Edit(words=[("025099001234", MASK)])
PARTS = st.lists(st.tuples(st.sampled_from(Role), st.sampled_from(["", "Sở Tư pháp", "Sở Y tế"])), max_size=5)


@given(PARTS, st.sampled_from(Act), st.sampled_from(["", "Sở Tư pháp", "Sở Y tế", "Sở lạ"]))
def test_rights_are_what_some_part_gives(parts: list[Part], act: Act, agency: str) -> None:
    given = any(
        role in MAY[act] and (not of or (of == agency and act not in OFFICE_WIDE)) for role, of in parts
    )
    assert rights(parts).may(act, agency) == given
    assert rights(parts).anywhere(act) or not given


def test_a_part_is_given_and_taken_and_both_are_recorded(db: None) -> None:
    user = User.objects.create_user("lan")
    with transaction.atomic():
        appoint(user, [(Role.EDITOR, ""), (Role.CONTRIBUTOR, "Sở Y tế")], "quantri")
        appoint(user, [(Role.AUDITOR, "")], "quantri")
    assert parts_of(user) == [(Role.AUDITOR, "")]
    first, second = AuditEntry.objects.order_by("sequence")
    assert first.text.body["after"] == {"roles": ["contributor (Sở Y tế)", "editor"]}
    assert second.text.body["before"] == first.text.body["after"]
    assert (second.who, second.subject) == ("quantri", "user:lan")
    user.is_active = False
    assert not rights_of(user).anywhere(Act.ACCOUNT)


@pytest.mark.django_db
def test_what_is_seen_is_of_ones_agencies(day: Day) -> None:
    day.says("1")
    day.once()
    everything = Article.objects.all()
    for parts, seen in (
        ([(Role.CONTRIBUTOR, "Văn phòng")], 1),
        ([(Role.CONTRIBUTOR, "Sở Y tế")], 0),
        ([(Role.PRESS, "")], 0),
        ([(Role.AUDITOR, "")], 1),
        ([], 0),
    ):
        assert visible(everything, rights(parts), day.office.schedule).count() == seen


@pytest.mark.django_db
def test_nobody_lets_out_what_they_wrote_themselves_but_may_correct_it(day: Day) -> None:
    day.says("1", HELD)
    day.once()
    article, hoa, minh = day.article(), person("hoa", "approver"), person("minh", "approver")
    article.revisions.update(worded_by="hoa")
    mending.mend(day.office, article.id, minh, MASKED, Seen(article.current_id))
    with pytest.raises(acts.NotAllowed, match="cần người khác duyệt"):
        acts.approve(day.office, article.id, hoa)
    assert acts.approve(day.office, article.id, minh).missing == 0
    day.once()
    done = acts.correct(day.office, article.id, hoa, [("giải quyết hồ sơ", "trả hồ sơ")], "Ghi nhầm.")
    assert (done.missing, day.article().state) == (0, "approved")


@pytest.mark.django_db
def test_who_mended_a_wording_of_an_agency_may_approve_it(day: Day) -> None:
    day.says("1", HELD)
    day.once()
    article, hoa = day.article(), person("hoa", "approver")
    assert article.state == "review"
    made = mending.mend(day.office, article.id, hoa, MASKED, Seen(article.current_id))
    assert made.worded_by == "hoa"
    assert acts.approve(day.office, article.id, hoa).missing == 0


@pytest.mark.django_db
def test_acts_ask_for_the_agency_of_the_article(day: Day) -> None:
    day.says("1")
    day.once()
    strange = person("y-te")
    Appointment.objects.create(user=strange, role="approver", agency="Sở Y tế")
    with pytest.raises(acts.NotAllowed, match="không có quyền"):
        acts.withdraw(day.office, day.article().id, strange, "Sai.")
    Appointment.objects.create(user=strange, role="approver", agency="Văn phòng")
    acts.withdraw(day.office, day.article().id, strange, "Sai.")
    assert day.article().state == "withdrawn"


def test_groups_become_roles_and_back(db: None) -> None:
    (name,) = Path(migrations.__path__[0]).glob("*_people.py")
    migration = import_module(f"pipeline.migrations.{name.stem}")
    lan = User.objects.create_user("lan")
    lan.groups.set(Group.objects.create(name=name) for name in ("officer", "operator"))
    migration.appoint(apps, None)
    assert parts_of(lan) == [(Role.EDITOR, ""), (Role.OPERATOR, "")]
    assert not Group.objects.exists()
    migration.dismiss(apps, None)
    assert sorted(lan.groups.values_list("name", flat=True)) == ["officer", "operator"]
