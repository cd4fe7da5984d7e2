"""A stored search space: an immutable version that the trials asked from it point to."""

import itertools
from datetime import timedelta
from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

import optimizers

LONGEST_NAME = 200


class Space(models.Model):
    """One version of a study's space; an edit makes a new row, so a trial always knows its own."""

    definition = models.JSONField(help_text="The space as JSON, see docs/spaces.md")
    created = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)
    previous = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"space {self.pk}"

    @cached_property
    def space(self) -> optimizers.Space:
        """The space as the optimizers understand it."""
        return optimizers.Space.from_dict(self.definition)


class SavedSpaceQuerySet(models.QuerySet["SavedSpace"]):
    def shown(self) -> "SavedSpaceQuerySet":
        """Those that are not deleted."""
        return self.filter(deleted=None)

    def free_name(self, wanted: str) -> str:
        """The name, with a number behind it where it is taken."""
        wanted = wanted[: LONGEST_NAME - 10]
        taken = set(self.filter(name__startswith=wanted).values_list("name", flat=True))
        numbered = (f"{wanted} {number}" for number in itertools.count(2))
        return wanted if wanted not in taken else next(name for name in numbered if name not in taken)


class SavedSpace(models.Model):
    """A space kept under a name, to begin other studies from."""

    #: How long a deleted one can be had back.
    KEPT_DELETED = timedelta(days=1)

    name = models.CharField(max_length=LONGEST_NAME, unique=True)
    definition = models.JSONField(help_text="The space as JSON, see docs/spaces.md")
    subject = models.CharField(max_length=2000, blank=True, help_text="What it was made for, such as a model")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)
    used = models.DateTimeField(null=True, help_text="When a study last began from it")
    deleted = models.DateTimeField(null=True, help_text="Hidden since; removed for good a while later")

    objects = SavedSpaceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def purge(cls, name: str = "") -> None:
        """Remove for good what was deleted a while ago, or holds a name that is wanted again."""
        old = models.Q(deleted__lt=Now() - cls.KEPT_DELETED)
        cls.objects.exclude(deleted=None).filter(old | models.Q(name=name)).delete()
