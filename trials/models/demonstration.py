"""What a worker computed for the playground, shared by all who ask for the same picture and values."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Q, Sum
from django.db.models.functions import Now

#: How long a result is kept, and how many of them.
KEPT = timedelta(days=1)
MOST_KEPT = 500
#: A computation takes about a second; one taken so long ago is lost and begins anew.
LOST = timedelta(seconds=30)


class DemonstrationQuerySet(models.QuerySet["Demonstration"]):
    def waiting(self) -> "DemonstrationQuerySet":
        """Not computed yet, the oldest first."""
        return self.filter(computed=None).order_by("pk")

    def free(self) -> "DemonstrationQuerySet":
        """Waiting, and nobody is at it."""
        return self.waiting().filter(Q(taken=None) | Q(taken__lt=Now() - LOST))

    def since(self, ago: timedelta) -> "DemonstrationQuerySet":
        """Asked for within this time."""
        return self.filter(created__gt=Now() - ago)

    def seconds(self) -> float:
        """The processor time of all together."""
        return float(self.aggregate(all=Sum("seconds"))["all"] or 0.0)

    def forget(self) -> None:
        """Remove what is old, and the oldest where there are too many."""
        keys = list(self.order_by("-pk").values_list("pk", flat=True)[MOST_KEPT : MOST_KEPT + 1])
        old = Q(created__lt=Now() - KEPT)
        self.filter(old | Q(pk__lte=keys[0]) if keys else old).delete()


class Demonstration(models.Model):
    """One picture with its values, and its data once a worker has computed them."""

    key = models.CharField(max_length=32, unique=True, help_text="Of the picture and its values")
    picture = models.CharField(max_length=60)
    values = models.JSONField(default=dict)
    data = models.JSONField(default=dict, help_text="Plain numbers; what is drawn follows from them alone")
    error = models.TextField(default="", help_text="Why there are no data, in words")
    seconds = models.FloatField(default=0.0, help_text="Processor time of the computation")
    created = models.DateTimeField(db_default=Now(), db_index=True)
    taken = models.DateTimeField(null=True, help_text="When a worker last began")
    computed = models.DateTimeField(null=True, help_text="When data or error were stored")

    objects = DemonstrationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.picture} {self.key}"

    def take(self) -> bool:
        """Begin to compute it; whether nobody else is at it."""
        return bool(Demonstration.objects.free().filter(pk=self.pk).update(taken=Now()))

    def finish(self, data: dict[str, Any], error: str, seconds: float) -> None:
        """Store what came out, unless another worker was quicker."""
        waiting = Demonstration.objects.filter(pk=self.pk, computed=None)
        waiting.update(data=data, error=error, seconds=seconds, computed=Now())
