"""A line in a study's history: what happened beyond the ordinary course of trials."""

from django.db import models


class Event(models.Model):
    """Something worth telling: started, stopped, a new best, a lost worker."""

    class Kind(models.TextChoices):
        CREATED = "created"
        PAUSED = "paused"
        RESUMED = "resumed"
        ENDED = "ended"
        BEST = "best"
        FRONT = "front"
        PICKED = "picked"
        FAILED = "failed"
        LOST = "lost"
        INSIGHT = "insight"
        CHANGED = "changed"
        ENQUEUED = "enqueued"
        RETRIED = "retried"
        CANCELLED = "cancelled"
        EXTENDED = "extended"
        REOPENED = "reopened"
        DELETED = "deleted"
        RESTORED = "restored"
        FINAL = "final"

    study = models.ForeignKey("Study", on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16, choices=Kind)
    number = models.IntegerField(null=True, help_text="The trial it is about")
    text = models.CharField(max_length=500, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["study", "-id"])]

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"
