"""The audit chain: every change to what was written is found; erasing a text on demand is not a change."""

from __future__ import annotations

import os
import time
from pathlib import Path

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


def test_a_head_is_written_out_once_a_day_and_holds(tmp_path: Path) -> None:
    for days_ago in (2, 1, 0):
        write()
        for _ in range(2):
            audit.write_head(tmp_path)
        moment = time.time() - days_ago * audit.ONE_DAY - 1
        os.utime(tmp_path / audit.HEADS, (moment, moment))
    heads = audit.heads_in(tmp_path)
    assert [head and head[0] for head in heads] == [3, 6, 9]
    assert audit.holds_from(heads) is None


@pytest.mark.parametrize(
    "torn", [b'{"at": "2026-11-23T0', b"[1]", b"7", b'{"sequence": null, "digest": ""}', b"\xff"]
)
def test_a_line_that_a_power_cut_tore_is_a_break(tmp_path: Path, torn: bytes) -> None:
    write()
    audit.write_head(tmp_path)
    with (tmp_path / audit.HEADS).open("ab") as file:
        file.write(torn)
    assert audit.holds_from(audit.heads_in(tmp_path)) == audit.Break(
        None, "line 2 of audit-heads.jsonl cannot be read"
    )


def test_no_personal_text_stands_in_the_chain_itself() -> None:
    with transaction.atomic():
        audit.record(Act("lan", "hold", "article:1", note="số căn cước 099099000001"))
    entry = AuditEntry.objects.get()
    assert not any("099099000001" in str(value) for value in vars(entry).values())


@pytest.mark.django_db(transaction=True)
def test_an_act_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        audit.record(Act("lan", "hold", "article:1"))
