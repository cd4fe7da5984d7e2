"""What the workers learned about a study: the pages read it, no request computes it."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from .study import Study

#: Below this a ranking would mostly show chance: nothing is computed.
FEWEST_RESULTS = 10
#: How long after a study's end the final findings are waited for.
PATIENCE = timedelta(minutes=5)


class Insight(models.Model):
    """The newest surrogate's findings as plain JSON; what is not computed yet is missing.

    data = {
        "importance": {"names", "share", "low", "high", "r2", "n"},  # fanova, of the first metric
        "importances": {metric: the same},  # several objectives only
        "methods": {"ped_anova" | "permutation" | "mdi": the same},
        "interactions": [{"names", "share", "low", "high"}],  # the strongest first
        "remaining": {"gain", "low", "high", "n"},  # what further trials can gain, in the metric's unit
        "narrowing": {"changes", "space", "ranges", "held", "inside", "n", "version"},  # or None
        "full": results that the dearer part was computed from,
    }
    """

    study = models.OneToOneField("Study", on_delete=models.CASCADE, related_name="insight")
    results = models.IntegerField(help_text="How many complete trials it was computed from")
    data = models.JSONField(default=dict)
    seconds = models.FloatField(help_text="How long the computation took")
    updated = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"insight from {self.results} results"

    @staticmethod
    def final_awaited(study: "Study") -> bool:
        """Whether a study has ended a moment ago and a worker still has to take in its last results."""
        if not study.is_over or study.ended is None or study.n_complete < FEWEST_RESULTS:
            return False
        return (
            timezone.now() - study.ended < PATIENCE
            and not Insight.objects.filter(study=study, results=study.n_complete).exists()
        )

    def narrowing(self, study: "Study") -> dict[str, Any] | None:
        """The smaller space that the results speak for, if there is one for the study's present space."""
        found = self.data.get("narrowing")
        return found if found and found["version"] == study.space_id else None
