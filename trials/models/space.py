"""A stored search space: an immutable version that the trials asked from it point to."""

from functools import cached_property

from django.db import models

import optimizers


class Space(models.Model):
    """One version of a study's space; an edit makes a new row, so a trial always knows its own."""

    definition = models.JSONField(help_text="The space as JSON, see docs/spaces.md")
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"space {self.pk}"

    @cached_property
    def space(self) -> optimizers.Space:
        """The space as the optimizers understand it."""
        return optimizers.Space.from_dict(self.definition)
