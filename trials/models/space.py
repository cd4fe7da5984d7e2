"""A stored search space: an immutable version that the trials asked from it point to."""

from functools import cached_property

from django.conf import settings
from django.db import models

import optimizers


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


class SavedSpace(models.Model):
    """A space kept under a name, to begin other studies from."""

    name = models.CharField(max_length=200, unique=True)
    definition = models.JSONField(help_text="The space as JSON, see docs/spaces.md")
    subject = models.CharField(max_length=2000, blank=True, help_text="What it was made for, such as a model")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name
