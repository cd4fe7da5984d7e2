"""What an earlier study had found when another one began from it: kept with the new one."""

from typing import Any

from django.db import models

from optimizers import Space
from optimizers.transfer import transferred


class EarlierResults(models.Model):
    """A copy of an earlier study's results: neither its deletion nor its edits change what is asked."""

    study = models.ForeignKey("Study", on_delete=models.CASCADE, related_name="earlier")
    source = models.BigIntegerField(help_text="The earlier study's id; it may be gone since")
    name = models.CharField(max_length=200, help_text="What it was called")
    total = models.IntegerField(help_text="How many results it had")
    results = models.JSONField(
        help_text="[{number, params, values, constraints, seconds}], in the study's own direction"
    )

    class Meta:
        verbose_name_plural = "earlier results"
        constraints = [models.UniqueConstraint(fields=["study", "source"], name="one_copy_of_each")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{len(self.results)} of {self.total} results of {self.name}"

    def number_of(self, space: Space, params: dict[str, Any]) -> int | None:
        """The earlier trial that is this configuration of a space, if there is one."""
        alike = (each["number"] for each in self.results if transferred(space, each["params"]) == params)
        return next(alike, None)
