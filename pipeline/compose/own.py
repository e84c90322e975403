"""One channel's own version of a wording, and the revision as that channel says it."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable, Mapping

from pipeline.models import OwnWords, Revision

Own = Mapping[tuple[int, str], OwnWords]
"""By revision and channel."""


def own_words(revisions: Iterable[int]) -> Own:
    """Of these revisions (ids), with one query."""
    rows = OwnWords.objects.filter(revision__in=set(revisions)).select_related("user").order_by("channel")
    return {(row.revision_id, row.channel): row for row in rows}


def worded(revision: Revision, own: OwnWords) -> Revision:
    """The revision as this channel says it, never to be saved."""
    said = copy.copy(revision)
    said.pk = None
    said.title, said.lead, said.body, said.text = own.title, own.lead, own.body, own.text
    return said


def digest(own: Iterable[OwnWords]) -> str:
    """Over all own versions of a revision; empty where it has none."""
    said = sorted(f"{each.channel} {each.digest}" for each in own)
    return hashlib.sha256("\n".join(said).encode()).hexdigest() if said else ""
