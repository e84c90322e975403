"""What a radio channel's bulletins read out: frozen when they are made, whatever becomes of the articles."""

from django.db import models

from pipeline.models.delivery import Errand


class Bulletin(models.Model):
    """One broadcast of one channel; its files are written from this row, again and again the same."""

    channel = models.SlugField(max_length=80)
    airs_at = models.DateTimeField()
    """Business time."""
    target = models.TextField()
    """The folder that its files are for."""
    programme = models.JSONField()
    """All that is read, in order: a `channels.radio.programme.Programme`."""
    seconds = models.PositiveIntegerField()
    """How long it is, of `minutes` times 60."""
    minutes = models.PositiveIntegerField()
    left = models.JSONField(default=list)
    """[[article, why]]: what could have been read and is not, with the reason in Vietnamese."""
    made_at = models.DateTimeField()
    """Business time."""
    written_at = models.DateTimeField(null=True)
    """Business time: when its files first stood there, all of them."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "airs_at"], name="bulletin_once")]


class Airing(models.Model):
    """One item of a bulletin: what listeners hear, or have heard, of an article."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="airings")
    position = models.PositiveIntegerField()
    """From 1, in the order of reading."""
    article = models.ForeignKey("pipeline.Article", on_delete=models.PROTECT, related_name="airings")
    revision = models.ForeignKey("pipeline.Revision", on_delete=models.PROTECT, related_name="+")
    errand = models.CharField(max_length=10, choices=Errand)
    part = models.PositiveIntegerField(default=0)
    """Of a long article, which part; 0: the whole of it."""
    parts = models.PositiveIntegerField(default=0)
    seconds = models.PositiveIntegerField()
    """With the link that leads to it."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulletin", "position"], name="airing_once")]
