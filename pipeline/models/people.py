"""Which part a person has in the office's work; the people themselves are Django's users."""

from django.db import models


class Appointment(models.Model):
    """One role of one person, for the whole office or for one agency."""

    user = models.ForeignKey("auth.User", on_delete=models.CASCADE, related_name="appointments")
    role = models.CharField(max_length=20)
    """A `Role` of review/workflow.py."""
    agency = models.TextField(default="", blank=True)
    """As schedule.yaml names it; empty: the whole office."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role", "agency"], name="appointment_once")]
