"""What the surrogate believed at one moment of a study: workers store it, the page of the mind replays it."""

from django.db import models


class SurrogateView(models.Model):
    """What was believed before a trial was asked: the results of all smaller numbers are known.

    A study keeps at most 61 moments; engine.surrogate_views says which, and what `data` holds.
    """

    study = models.ForeignKey(
        "Study", on_delete=models.CASCADE, related_name="surrogate_views", db_index=False
    )
    before = models.IntegerField(help_text="The number of the trial that was to come")
    results = models.IntegerField(help_text="How many trials had ended when it was computed")
    data = models.JSONField(default=dict, help_text="Empty where nothing can be said")
    seconds = models.FloatField(help_text="How long the computation took")
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "before"], name="one_view_per_moment"),
        ]

    def __str__(self) -> str:
        return f"surrogate before trial {self.before}"
