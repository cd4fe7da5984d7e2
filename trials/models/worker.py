"""A worker process that reports for duty: what the top bar and the workers page show."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

#: How long the pages tell of a worker that fell silent without saying goodbye.
LOST_SHOWN = timedelta(hours=1)
LOST_KEPT = timedelta(days=1)


class WorkerQuerySet(models.QuerySet["Worker"]):
    def alive(self) -> "WorkerQuerySet":
        """Workers heard from within a lease, by the database's clock."""
        return self.filter(seen__gt=Now() - timedelta(seconds=settings.HPO_LEASE_SECONDS))

    def lost(self) -> "WorkerQuerySet":
        """Workers that fell silent within the last hour; one that stops in order takes its row along."""
        silent = Now() - timedelta(seconds=settings.HPO_LEASE_SECONDS)
        return self.filter(seen__lte=silent, seen__gt=Now() - LOST_SHOWN)

    def forgotten(self) -> "WorkerQuerySet":
        """Rows that no page shows any more."""
        return self.filter(seen__lt=Now() - LOST_KEPT)

    def training(self) -> "WorkerQuerySet":
        return self.filter(queues__contains="training")


class Worker(models.Model):
    """One worker process and the queues it serves; the row is refreshed while it lives."""

    name = models.CharField(max_length=200, unique=True)
    host = models.CharField(max_length=200)
    pid = models.IntegerField()
    queues = models.CharField(max_length=200)
    slots = models.IntegerField()
    busy = models.IntegerField(default=0)
    cores = models.IntegerField(default=1)
    load = models.FloatField(null=True, help_text="The machine's load over the last minute")
    memory_mb = models.FloatField(null=True, help_text="What the worker and its trainings hold in memory")
    meters = models.JSONField(default=dict, help_text="Histograms of this process, see engine/meters.py")
    reconciled = models.DateTimeField(null=True, help_text="When it last compared rows with reality")
    started = models.DateTimeField(db_default=Now())
    seen = models.DateTimeField(db_default=Now())

    objects = WorkerQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
