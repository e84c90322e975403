"""What the office must remember: pauses, ticks of the clock, rotating secrets, facts about this folder."""

from django.db import models


class ChannelState(models.Model):
    """A pause, by a person or by a refusal that only a person can mend; `target` empty: the whole channel."""

    channel = models.SlugField(max_length=80)
    target = models.TextField(default="", blank=True)
    paused = models.BooleanField(default=False)
    reason = models.TextField(default="", blank=True)
    by = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    wake_at = models.DateTimeField(null=True)
    """Real time before which a Retry-After lets nothing of this scope go."""
    moved_to = models.TextField(default="", blank=True)
    """The chat that this target has become."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "target"], name="channel_state_once")]


class Pace(models.Model):
    """When the last sends under one rate limit were given their time: what all processes share of a limit."""

    key = models.CharField(max_length=200, primary_key=True)
    """The limit and what it is counted over: a bot, or one chat of it."""
    slots = models.JSONField(default=list)
    """Seconds since 1970, real time, oldest first: at most as many as the limit counts."""


class TickState(models.TextChoices):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    MISSED = "missed"


class Tick(models.Model):
    """One firing of one run; unique, so that two clocks make one run."""

    run = models.SlugField(max_length=80)
    scheduled_for = models.DateTimeField()
    state = models.CharField(max_length=10, choices=TickState)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    note = models.TextField(default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "scheduled_for"], name="tick_once")]


class StoredSecret(models.Model):
    """A secret that Loa must keep itself, encrypted under LOA_KEY."""

    name = models.CharField(max_length=120, primary_key=True)
    sealed = models.BinaryField()
    changed_at = models.DateTimeField()


class OfficeFact(models.Model):
    """A fact about this data folder, such as that it is a rehearsal."""

    name = models.CharField(max_length=60, primary_key=True)
    value = models.TextField()
