"""An article, its revisions, what the checks found in them and who approved them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet

from pipeline.search import index


class State(models.TextChoices):
    """Where an article stands; the state is that of its current revision."""

    APPROVED = "approved"
    HELD = "held"
    REVIEW = "review"
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"


class Stop(models.TextChoices):
    """What keeps an article back apart from the checks."""

    ON_HOLD = "on-hold"
    RETURNED = "returned"
    BULK = "bulk"
    """One of more than twenty new items in one reading of a known source: waits for one yes."""


class Article(models.Model):
    """What one agency says under one identity, however often it rewrites it."""

    source = models.ForeignKey("pipeline.Source", on_delete=models.PROTECT, related_name="articles")
    guid = models.TextField(default="", blank=True)
    link = models.TextField(default="", blank=True)
    """Canonical: lower-case host, no tracking parameters, no fragment. For matching and for readers."""
    state = models.CharField(max_length=10, choices=State)
    current = models.ForeignKey("pipeline.Revision", on_delete=models.PROTECT, null=True, related_name="+")
    published = models.ForeignKey("pipeline.Revision", on_delete=models.PROTECT, null=True, related_name="+")
    """The revision that was last approved and handed to the ledger."""
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrections")
    marker = models.CharField(max_length=10)
    """What the source last said of its approval: a `Marker` of entry.py."""
    withdrawn_because = models.TextField(default="", blank=True)
    """What readers are told, in the words of the source or of the officer who withdrew it."""
    withdrawn_at = models.DateTimeField(null=True)
    """Business time."""
    stopped = models.CharField(max_length=10, default="", blank=True)
    """Why nothing of it goes out whatever the checks say: an `article.Stop`, or empty."""
    stopped_because = models.TextField(default="", blank=True)
    unchecked = models.BooleanField(default=True)
    """Collect has written something that review has not looked at yet."""
    due_for_review = models.DateTimeField(null=True)
    """When the clock alone may change the state: an embargo that ends, an expiry that comes."""
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["source", "guid"], name="article_guid"),
            models.Index(fields=["source", "link"], name="article_link"),
            models.Index(fields=["state", "due_for_review"], name="article_due"),
            models.Index(fields=["state", "-id"], name="article_listed"),
            models.Index(fields=["id"], name="article_unchecked", condition=models.Q(unchecked=True)),
            models.Index(fields=["source"], name="article_flood", condition=models.Q(stopped=Stop.BULK)),
            models.Index(
                fields=["state", "withdrawn_at"],
                name="article_taken_back",
                condition=models.Q(withdrawn_at__isnull=False),
            ),
        ]


def floods() -> QuerySet[Article]:
    """What sources brought at once, each to be let in by one yes."""
    return Article.objects.filter(state=State.REVIEW, stopped=Stop.BULK)


class Revisions(models.QuerySet["Revision"]):
    """The two ways into the table, this and `save`, both keep the search index in the same transaction."""

    def bulk_create(self, objs: Iterable[Revision], *args: Any, **options: Any) -> list[Revision]:
        with transaction.atomic():
            stored = super().bulk_create(objs, *args, **options)
            index.add(stored)
        return stored


class Revision(models.Model):
    """One wording of an article, never changed after it is stored."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64)
    """Over everything that a reader could see, and over embargo, expiry and priority."""
    text_hash = models.CharField(max_length=64, db_index=True)
    """Over title and plain text only, folded: what makes two entries the same news."""
    title = models.TextField()
    lead = models.TextField(default="", blank=True)
    body = models.TextField(default="", blank=True)
    text = models.TextField(default="", blank=True)
    author = models.TextField(default="", blank=True)
    source_link = models.TextField(default="", blank=True)
    published = models.DateTimeField(null=True)
    updated = models.DateTimeField(null=True)
    categories = models.JSONField(default=list)
    topic = models.PositiveSmallIntegerField(null=True, db_index=True)
    kind = models.CharField(max_length=40, null=True)
    field = models.TextField(default="", blank=True)
    priority = models.CharField(max_length=20, default="thuong")
    embargo = models.DateTimeField(null=True)
    expires = models.DateTimeField(null=True)
    corrects = models.TextField(default="", blank=True)
    images = models.JSONField(default=list)
    """[{"url", "alt", "problem", "sha256"}]: what EntryImage says, and the stored picture's hash or null."""
    attachments = models.JSONField(default=list)
    unreadable = models.JSONField(default=list)
    worded_by = models.CharField(max_length=150, default="", blank=True)
    """The officer whose correction this wording is; empty: the source's own words."""
    collected_at = models.DateTimeField()

    objects = Revisions.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="revision_number")]

    @property
    def digest(self) -> str:
        """Over every word of it: what a person's answer was given for."""
        return _digest(self.title, self.lead, self.body, self.text)

    def save(self, *args: Any, **options: Any) -> None:
        fresh = self._state.adding
        with transaction.atomic():
            super().save(*args, **options)
            if fresh:
                index.add([self])


class OwnWords(models.Model):
    """One channel's own version of a revision, in an officer's words; no other revision has it."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="own_words")
    channel = models.SlugField(max_length=80)
    title = models.TextField()
    lead = models.TextField(default="", blank=True)
    body = models.TextField()
    text = models.TextField()
    user = models.ForeignKey("auth.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "channel"], name="own_words_once")]

    @property
    def digest(self) -> str:
        """Over every word of it."""
        return _digest(self.title, self.lead, self.body, self.text)


def _digest(*said: str) -> str:
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


class Finding(models.Model):
    """One reason of the checks about one revision, in plain Vietnamese, with its place."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="findings")
    code = models.CharField(max_length=30)
    message = models.TextField()
    where = models.CharField(max_length=10, default="", blank=True)
    """title, lead or text; empty where the finding is about the whole."""
    start = models.PositiveIntegerField(default=0)
    end = models.PositiveIntegerField(default=0)


class Approval(models.Model):
    """One yes to one revision: a person's, or a source's rule (`user` is null, `rule` names it)."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="approvals")
    user = models.ForeignKey("auth.User", on_delete=models.PROTECT, null=True, related_name="+")
    rule = models.TextField(default="", blank=True)
    emergency = models.BooleanField(default=False)
    reason = models.TextField(default="", blank=True)
    """Of a correction: what readers are told about it."""
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "user", "rule"], name="approval_once"),
        ]


class Acceptance(models.Model):
    """A person's word that what looks like personal data may go out; of one wording only."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="acceptances")
    words = models.TextField()
    """As they stand in the text; wherever they stand in it."""
    user = models.ForeignKey("auth.User", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    """Of the revision that they were read in; an officer's rewording of that one keeps it."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "words"], name="acceptance_once")]


class NearKey(models.Model):
    """A band of a revision's MinHash signature, by which near-duplicates are found without a scan."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="near_keys")
    band = models.BigIntegerField(db_index=True)


class Picture(models.Model):
    """A picture that was fetched, re-encoded and stored under its hash in the data folder."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    content_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    source_url = models.TextField()
    fetched_at = models.DateTimeField()
