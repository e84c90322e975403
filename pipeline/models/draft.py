"""An article that is still being written in the console, and who has which page open."""

from __future__ import annotations

from django.db import models


class Draft(models.Model):
    """What somebody of an agency writes; handed in, it is the wording of an article."""

    agency = models.TextField()
    """As schedule.yaml names it."""
    kind = models.CharField(max_length=20)
    """A `Kind` of write/kinds.py."""
    title = models.TextField(default="", blank=True)
    lead = models.TextField(default="", blank=True)
    body = models.TextField(default="", blank=True)
    """Cleaned as a collected article's is."""
    topic = models.PositiveSmallIntegerField(null=True)
    field = models.TextField(default="", blank=True)
    priority = models.CharField(max_length=20, default="thuong")
    embargo = models.DateTimeField(null=True)
    expires = models.DateTimeField(null=True)
    begun_by = models.ForeignKey("auth.User", on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    """Real time, as `saved_at`."""
    saved_by = models.ForeignKey("auth.User", on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    saved_from = models.CharField(max_length=32, default="", blank=True)
    """The opened page that the last version came from: one that did not hear of its own save knows it."""
    writers = models.JSONField(default=list)
    """The names of all who changed it: none of them lets it out."""
    article = models.OneToOneField("pipeline.Article", on_delete=models.PROTECT, null=True)
    revision = models.ForeignKey("pipeline.Revision", on_delete=models.PROTECT, null=True, related_name="+")
    """The wording as which it was last handed in."""


class Upload(models.Model):
    """A picture or a PDF that belongs to a draft; the file itself stands under its hash in `pictures/`."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="uploads")
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    title = models.TextField(default="", blank=True)
    """Of a picture its description, of a PDF its name."""
    user = models.ForeignKey("auth.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "sha256"], name="upload_once")]


class Opened(models.Model):
    """Somebody has a page open on which more than one may work."""

    subject = models.CharField(max_length=60)
    """As the audit log names it: "draft:3", "article:12"."""
    user = models.ForeignKey("auth.User", on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    """Real time, as `seen`."""
    seen = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "user"], name="opened_once")]
