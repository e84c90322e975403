"""The ledger: a row for each message of each post to each target; only `deliver/` changes its state."""

from django.db import models


class DeliveryState(models.TextChoices):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class Errand(models.TextChoices):
    """What a delivery does to the channel's readers' view of an article."""

    POST = "post"
    CORRECT = "correct"
    """Puts right what an earlier revision's deliveries left standing there."""
    WITHDRAW = "withdraw"
    """Takes it back."""


BEGUN = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNCERTAIN)
"""A reader has it, or may have it."""


class Delivery(models.Model):
    """One part, frozen at approval with its hash, and all that is known of its way to the reader."""

    article = models.ForeignKey("pipeline.Article", on_delete=models.PROTECT, related_name="deliveries")
    revision = models.ForeignKey("pipeline.Revision", on_delete=models.PROTECT, related_name="deliveries")
    channel = models.SlugField(max_length=80)
    target = models.TextField()
    part = models.PositiveIntegerField()
    parts = models.PositiveIntegerField()
    errand = models.CharField(max_length=10, choices=Errand, default=Errand.POST)
    content = models.JSONField()
    otherwise = models.JSONField(default=list)
    """The contents to send instead, in order, where what stands there cannot be changed; see `way`."""
    way = models.PositiveSmallIntegerField(default=0)
    """Which of the contents is tried now: 0 is `content`, n the n-th of `otherwise`."""
    content_hash = models.CharField(max_length=64)
    """Over `content` and `otherwise` as they were approved."""
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.QUEUED)
    priority = models.PositiveSmallIntegerField(default=0)
    """0 normal, 1 priority, 2 emergency: the claim takes the highest first."""
    due_at = models.DateTimeField()
    """Business time: not before the embargo, the window and the quiet hours allow."""
    closes_at = models.DateTimeField(null=True)
    """Business time: the end of the window that `due_at` lies in; later, it waits for the next one."""
    expires_at = models.DateTimeField(null=True)
    after = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followers")
    """Waits until that delivery is sent: part n for part n-1, a post for the page it links to."""
    wake_at = models.DateTimeField(null=True)
    """Real time: not before a back-off or a Retry-After is over; in doubt, when the channel is asked next."""
    fence = models.PositiveIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    owner = models.CharField(max_length=120, default="", blank=True)
    """The worker that holds the claim, as `host:id`; see deliver/presence.py."""
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    checkpoint = models.JSONField(null=True)
    """What a send of several steps has reached: a Zalo article's create token."""
    receipt = models.JSONField(null=True)
    url = models.TextField(default="", blank=True)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(default="", blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["article", "revision", "channel", "target", "part", "errand"], name="delivery_once"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-priority", "due_at", "id"], name="delivery_claim"),
            models.Index(fields=["channel", "target", "claimed_at"], name="delivery_pace"),
            models.Index(fields=["channel", "state", "-sent_at"], name="delivery_shown"),
            models.Index(fields=["url"], name="delivery_url", condition=~models.Q(url="")),
        ]
