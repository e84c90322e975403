"""An agency's feed as Loa last met it; its settings stand in schedule.yaml alone."""

from django.db import models


class SourceState(models.TextChoices):
    OK = "ok"
    TROUBLE = "trouble"


class Source(models.Model):
    """One row a source of schedule.yaml; written in the same transaction as the articles it brought."""

    id = models.SlugField(primary_key=True, max_length=80)
    read_as = models.CharField(max_length=64, default="", blank=True)
    """A digest of its settings at the last reading: other settings read everything afresh.

    Not the address itself, which may hold a key.
    """
    state = models.CharField(max_length=10, choices=SourceState, default=SourceState.OK)
    reason = models.TextField(default="", blank=True)
    since = models.DateTimeField(null=True)
    last_fetch = models.DateTimeField(null=True)
    last_success = models.DateTimeField(null=True)
    next_fetch = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    etag = models.TextField(default="", blank=True)
    last_modified = models.TextField(default="", blank=True)
    known_since = models.DateTimeField(null=True)
    """The first reading that succeeded: from then on a flood of new items waits for a yes."""
    moved_to = models.TextField(default="", blank=True)
    moved_seen = models.PositiveIntegerField(default=0)
    """How many readings in a row were sent to `moved_to` by a permanent redirect."""
