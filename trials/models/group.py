"""A group: one study repeated with other optimizers and seeds, to be read as one comparison."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class StudyGroupQuerySet(models.QuerySet["StudyGroup"]):
    def visible(self) -> "StudyGroupQuerySet":
        """Groups of which a study is left that is not deleted."""
        from .study import Study  # which names the group's table

        return self.filter(models.Exists(Study.objects.visible().filter(group=models.OuterRef("pk"))))


class StudyGroup(models.Model):
    """Studies that differ by optimizer and seed alone; each is a study like any other, and knows its group.

    The group's own row never changes but for its name: how it is going, its studies say.
    """

    name = models.CharField(max_length=200)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    source = models.ForeignKey(
        "Study", null=True, on_delete=models.SET_NULL, related_name="+", help_text="What it repeats"
    )
    created = models.DateTimeField(db_default=Now())

    objects = StudyGroupQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
