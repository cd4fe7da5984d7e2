"""What the workers learned about a study: the pages read it, no request computes it."""

from django.db import models


class Insight(models.Model):
    """The newest surrogate's findings; `data` holds importances and the surrogate's fit as plain JSON.

    data = {"importance": {"names", "share", "low", "high", "r2", "n"}}
    """

    study = models.OneToOneField("Study", on_delete=models.CASCADE, related_name="insight")
    results = models.IntegerField(help_text="How many complete trials it was computed from")
    data = models.JSONField(default=dict)
    seconds = models.FloatField(help_text="How long the computation took")
    updated = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"insight from {self.results} results"
