"""The two leases of a study: whoever suggests for it, and `run_study` in the foreground. Mixed into Study.

Each is a token and an expiry on the database's clock; one guarded UPDATE decides who wins.
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db.models import Q
from django.db.models.functions import Now

from .lapse import over
from .study_set import StudyQuerySet


class StudyLeases:
    """Taking, keeping and leaving; `now` is the database's clock, as read with the row's lock."""

    pk: Any
    _default_manager: ClassVar[Any]
    now: datetime
    suggest_expires: Any
    foreground_token: Any
    foreground_expires: Any

    @property
    def _row(self) -> StudyQuerySet:
        rows: StudyQuerySet = type(self)._default_manager.filter(pk=self.pk)
        return rows

    # --- the lease of whoever suggests -----------------------------------------------------------------
    def run_elsewhere(self, runner: str) -> bool:
        """Whether a living foreground runner other than `runner` holds the study; under the lock."""
        held = self.foreground_expires is not None and self.foreground_expires > self.now
        return held and self.foreground_token != runner

    @property
    def being_asked(self) -> bool:
        """Whether somebody asks for suggestions now: they look again before they leave."""
        return self.suggest_expires is not None and self.suggest_expires > self.now

    def take_suggest_lease(self, token: str, seconds: float) -> bool:
        """Become the only process that asks this study's optimizer; one guarded UPDATE decides."""
        free = Q(suggest_expires=None) | over("suggest_expires")
        won = (
            self._row.active()
            .filter(free)
            .update(suggest_token=token, suggest_expires=Now() + timedelta(seconds=seconds))
        )
        return bool(won)

    def renew_suggest_lease(self, token: str, seconds: float) -> None:
        """Prolong the lease between two batches of suggestions."""
        mine = self._row.filter(suggest_token=token)
        mine.update(suggest_expires=Now() + timedelta(seconds=seconds))

    def drop_suggest_lease(self, token: str, seen: int | None = None) -> bool:
        """Give the lease back; with `seen`, only when the revision has not moved on since."""
        mine = self._row.filter(suggest_token=token)
        if seen is not None:
            mine = mine.filter(revision=seen)
        return bool(mine.update(suggest_token="", suggest_expires=None))

    # --- the lease of `run_study` ------------------------------------------------------------------------
    def hold_foreground(self, token: str, seconds: float) -> bool:
        """Take or renew the mark that keeps the workers away from a study run in the foreground."""
        free = Q(foreground_expires=None) | Q(foreground_expires__lt=Now()) | Q(foreground_token=token)
        won = self._row.filter(free).update(
            foreground_token=token, foreground_expires=Now() + timedelta(seconds=seconds)
        )
        return bool(won)

    def leave_foreground(self, token: str) -> None:
        self._row.filter(foreground_token=token).update(foreground_token="", foreground_expires=None)
