"""The end of a study: its best configuration refitted, and scored once on the part that was kept aside."""

from django.db import models

from .study import Study
from .trial import Trial


class FinalModel(models.Model):
    """The tuned model of a study and its scores on the test part, beside the default's and a dummy's.

    queued -> running -> done | failed; a lapsed lease puts it back. A study that goes on and ends again
    gets a new row: `number` counts how often the test part has been looked at.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="finals")
    trial = models.ForeignKey(Trial, null=True, on_delete=models.SET_NULL, related_name="+")
    number = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    data = models.JSONField(
        default=dict, help_text="Scores, intervals, confusion matrix or residuals, versions"
    )
    error = models.JSONField(null=True, help_text="{kind, message, exception, traceback}")
    model = models.BinaryField(null=True, help_text="The fitted pipeline, by joblib")
    checksum = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the model's file")
    size = models.BigIntegerField(default=0, help_text="Bytes of the model's file")
    token = models.CharField(max_length=32, blank=True)
    lease_expires = models.DateTimeField(null=True)
    lost = models.IntegerField(default=0)
    created = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "number"], name="one_final_per_number")]

    def __str__(self) -> str:
        return f"final model {self.number} of study {self.study_id}"
