"""What people write down about a study or one of its trials, and the studies they keep at hand."""

from django.conf import settings
from django.db import models


class Note(models.Model):
    """A text in Markdown, and the tags of a trial (a study's own stand in its row).

    A row of its own, so that whatever claims and tells trials never reads it. A trial without a note and
    without tags has no row.
    """

    study = models.ForeignKey("Study", on_delete=models.CASCADE, related_name="notes")
    trial = models.OneToOneField("Trial", null=True, on_delete=models.CASCADE, related_name="note")
    text = models.TextField(blank=True, help_text="Markdown")
    tags = models.JSONField(default=list)
    edited = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study"], condition=models.Q(trial=None), name="one_note_of_a_study"
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Star(models.Model):
    """A study that one person marked as a favourite."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="stars")
    study = models.ForeignKey("Study", on_delete=models.CASCADE, related_name="stars")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "study"], name="one_star_each")]

    def __str__(self) -> str:
        return f"{self.user_id} ★ {self.study_id}"  # type: ignore[attr-defined]


class SavedView(models.Model):
    """One person's name for an address of a study: its tab, filters, columns, chart controls and marks."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="views")
    study = models.ForeignKey("Study", on_delete=models.CASCADE, related_name="views")
    name = models.CharField(max_length=100)
    tab = models.CharField(max_length=20, blank=True, help_text="Blank: the overview")
    query = models.TextField(blank=True, help_text="What follows the question mark")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "study", "name"], name="one_view_of_a_name")]

    def __str__(self) -> str:
        return self.name
