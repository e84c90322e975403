"""The append-only log of every act: a chain of hashes, and beside it the erasable texts."""

from django.db import models


class AuditEntry(models.Model):
    """One act. `digest` covers the entry before it and this one's fields; no personal text stands here."""

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    who = models.TextField()
    act = models.CharField(max_length=40)
    subject = models.CharField(max_length=120, db_index=True)
    text_digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["sequence"]
        indexes = [
            models.Index(fields=["who", "sequence"], name="audit_who"),
            models.Index(fields=["act", "sequence"], name="audit_act"),
            models.Index(fields=["at"], name="audit_at"),
        ]


class AuditText(models.Model):
    """What was before and after, in words: erasable, so that the chain outlives a duty to forget."""

    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, primary_key=True, related_name="text")
    salt = models.CharField(max_length=32)
    body = models.JSONField()
