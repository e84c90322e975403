"""What a person sent to all followers of an account at once: nothing takes it back or finds it again."""

from django.db import models


class BroadcastState(models.TextChoices):
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    """The service certainly did not take it."""
    UNCERTAIN = "uncertain"


class Broadcast(models.Model):
    """One broadcast, written before the first network byte."""

    key = models.CharField(max_length=32, unique=True)
    """Of the page on which it was confirmed: pressed twice, it is sent once."""
    channel = models.SlugField(max_length=80)
    articles = models.JSONField()
    """[{"article", "title", "ref"}] in the order of sending; `ref` is the article's id on the account."""
    state = models.CharField(max_length=10, choices=BroadcastState, default=BroadcastState.SENDING)
    who = models.TextField()
    at = models.DateTimeField()
    """Business time."""
    started_at = models.DateTimeField()
    """Real time."""
    message = models.TextField(default="", blank=True)
    """The service's own id of it."""
    error = models.TextField(default="", blank=True)
