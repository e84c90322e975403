"""The audit chain: every change to what was written is found; erasing a text on demand is not a change."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from pipeline import audit
from pipeline.audit import Act
from pipeline.models import AuditEntry, AuditText

pytestmark = pytest.mark.django_db


def write(count: int = 3) -> None:
    with transaction.atomic():
        audit.record(
            *(Act("lan", "approve", f"article:{n}", {"state": "review"}, {"n": n}) for n in range(count))
        )


def test_a_chain_that_nobody_touched_holds() -> None:
    write()
    write(2)
    assert audit.verify() is None
    assert audit.head()[0] == 5


@pytest.mark.parametrize(
    ("column", "value"),
    [("who", "'hoa'"), ("act", "'hold'"), ("subject", "'article:9'"), ("at", "'2020-01-01'")],
)
def test_a_changed_field_breaks_it_at_that_entry(column: str, value: str) -> None:
    write()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE pipeline_auditentry SET {column} = {value} WHERE sequence = 2")
    broken = audit.verify()
    assert broken is not None
    assert (broken.sequence, broken.why) == (2, "its fields were changed")


def test_a_changed_text_and_a_missing_entry_break_it() -> None:
    write()
    AuditText.objects.filter(pk=2).update(body={"before": {}, "after": {}, "note": "khác"})
    assert audit.verify() == audit.Break(2, "its text was changed")
    AuditText.objects.filter(pk=2).delete()
    AuditEntry.objects.filter(pk=2).delete()
    assert audit.verify() == audit.Break(2, "an entry is missing")


def test_a_text_may_be_erased_and_the_chain_still_holds() -> None:
    write()
    audit.erase_text(2, "lan", "yêu cầu của công dân")
    assert not AuditText.objects.filter(pk=2).exists()
    assert audit.verify() is None


def test_a_rewritten_chain_does_not_match_its_old_heads() -> None:
    write()
    head = audit.head()
    AuditText.objects.all().delete()
    AuditEntry.objects.all().delete()
    write()
    assert audit.verify() is None
    assert audit.holds_from([head]) is not None


def test_no_personal_text_stands_in_the_chain_itself() -> None:
    with transaction.atomic():
        audit.record(Act("lan", "hold", "article:1", note="số căn cước 099099000001"))
    entry = AuditEntry.objects.get()
    assert not any("099099000001" in str(value) for value in vars(entry).values())


@pytest.mark.django_db(transaction=True)
def test_an_act_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        audit.record(Act("lan", "hold", "article:1"))
