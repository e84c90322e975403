"""Rows that are written by the statement are the rows that Django would have written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.forms.models import model_to_dict
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from pipeline.models import AuditEntry, AuditText, Delivery, Finding
from pipeline.rows import write_back, write_new
from tests.pipeline.ledger import NOW, post, revision

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
contents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
)


class Rows(TestCase):
    @given(contents, words, st.none() | st.integers(0, 10**6))
    def test_what_is_written_back_is_read_again(self, content: Any, error: str, seconds: int | None) -> None:
        from pipeline.deliver import outbox

        outbox.enqueue(revision(), [post(texts=["một", "hai"])], NOW)
        one, other = Delivery.objects.order_by("id")
        one.content, one.error = {"sâu": content}, error
        one.wake_at = None if seconds is None else NOW + timedelta(seconds=seconds)
        one.state = "sent"
        write_back([one], ["content", "error", "wake_at"])
        stored = Delivery.objects.get(id=one.id)
        assert (stored.content, stored.error, stored.wake_at) == (one.content, one.error, one.wake_at)
        assert stored.state == "queued"
        assert model_to_dict(Delivery.objects.get(id=other.id)) == model_to_dict(other)

    @given(st.lists(st.tuples(words, st.integers(0, 100)), max_size=4))
    def test_new_rows_get_numbers_of_their_own(self, findings: list[tuple[str, int]]) -> None:
        row = revision()
        write_new(Finding(revision=row, code="thin", message=m, start=n, end=n) for m, n in findings)
        stored = Finding.objects.order_by("id").values_list("message", "start", "where")
        assert list(stored) == [(message, start, "") for message, start in findings]


@pytest.mark.django_db
def test_a_key_that_is_given_is_kept() -> None:
    digest = "0" * 64
    entry = AuditEntry(
        sequence=7,
        at=NOW,
        who="lan",
        act="thử",
        subject="x",
        text_digest=digest,
        previous=digest,
        digest=digest,
    )
    write_new([entry])
    write_new([AuditText(entry=entry, salt="s", body={"note": "lời"})])
    assert AuditText.objects.get(pk=7).entry.at == NOW
