"""What a finished part of a training left for a later one to take up; written with the trial's result."""

from django.db import models

from .study import Study
from .trial import Trial


class Checkpoint(models.Model):
    """A file in $HPO_HOME/checkpoints of the machine that trained, and a copy of it where others need one."""

    trial = models.OneToOneField(Trial, on_delete=models.CASCADE, related_name="checkpoint")
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="checkpoints")
    file = models.CharField(max_length=100, help_text="Its name in the study's folder")
    size = models.BigIntegerField()
    checksum = models.CharField(max_length=64)
    content = models.BinaryField(null=True, help_text="The file, where it is small and machines are several")

    def __str__(self) -> str:
        return self.file
