"""Named sets of studies: what pages show, what workers may touch, what nobody looks after. Used by Study."""

import itertools
import re
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from .lapse import over

if TYPE_CHECKING:
    from .study import Study  # noqa: F401  (in quotes below)

RUNNING = "running"
LONGEST_NAME = 200


class StudyQuerySet(models.QuerySet["Study"]):
    """Which studies: named questions, one database condition each."""

    def in_background(self) -> "StudyQuerySet":
        """Studies the workers may touch: those without a living foreground runner."""
        return self.filter(Q(foreground_expires=None) | Q(foreground_expires__lt=Now()))

    def visible(self) -> "StudyQuerySet":
        """All but the deleted ones: what pages and API show."""
        return self.filter(deleted=None)

    def active(self) -> "StudyQuerySet":
        return self.filter(state=RUNNING, deleted=None)

    def free_name(self, wanted: str) -> str:
        """The name, or the next in its row where a study has it: "Wine", "Wine 2", "Wine 3"."""
        if not self.filter(name=wanted).exists():
            return wanted
        numbered = re.fullmatch(r"(.+) \d{1,3}", wanted)
        # "Covertype 2" may be somebody's own name: it is one of a row only where the row's first is there.
        base = numbered[1] if numbered and self.filter(name=numbered[1]).exists() else wanted
        base = base[: LONGEST_NAME - 10]
        taken = set(self.filter(name__startswith=base).values_list("name", flat=True))
        return next(name for n in itertools.count(2) if (name := f"{base} {n}") not in taken)

    def startable(self) -> "StudyQuerySet":
        """Studies with a queued trial that our workers may start now."""
        queued = self.active().in_background().filter(n_queued__gt=0, n_running__lt=F("parallelism"))
        return queued.exclude(objective__kind="external")

    def training(self) -> "StudyQuerySet":
        """Studies of which our workers train a trial now."""
        return self.visible().filter(n_running__gt=0).exclude(objective__kind="external")

    def starved(self) -> "StudyQuerySet":
        """Running studies that nobody looks after: their nudge was lost.

        They have a free slot and nothing queued, or nothing is left to wait for and they have not ended.
        """
        idle = Q(n_queued=0, n_running__lt=F("parallelism")) & ~Q(objective__kind="external")
        hungry = Q(ending="", exhausted=False) & (idle | Q(n_queued__lt=F("demand")))
        unsettled = Q(n_queued=0, n_running=0) & (~Q(ending="") | Q(exhausted=True))
        return (
            self.active()
            .in_background()
            .filter(hungry | unsettled)
            .filter(Q(suggest_expires=None) | over("suggest_expires"))
        )
