"""Remove deleted studies for good, a while after their deletion; called by every worker's reconciler."""

import time
from datetime import timedelta

from django.db import transaction
from django.db.models import ProtectedError
from django.db.models.functions import Now

from trials.models import Demonstration, ParameterValue, Space, Study, StudyGroup, Trial

#: How long a deletion can be undone.
KEPT = timedelta(days=1)
#: Trials removed in one transaction: nobody waits long for the lock.
CHUNK = 200
#: Seconds of one round.
ROUND_SECONDS = 0.2


def purge() -> bool:
    """Remove what was deleted long enough ago, for a moment; whether all of it is gone."""
    Demonstration.objects.forget()
    deadline = time.monotonic() + ROUND_SECONDS
    for pk in Study.objects.filter(deleted__lt=Now() - KEPT).values_list("pk", flat=True)[:20]:
        while _remove_some_trials(pk):
            if time.monotonic() > deadline:
                return False
        _remove(pk)
    return True


def _remove_some_trials(study_id: int) -> bool:
    """Remove up to CHUNK trials; whether there were any."""
    with Study.locked(study_id) as study:
        if study is None or study.deleted is None:  # restored at the last moment
            return False
        keys = list(study.trials.values_list("pk", flat=True)[:CHUNK])
        ParameterValue.objects.filter(trial__in=keys).delete()
        Trial.objects.filter(pk__in=keys).delete()
        return bool(keys)


def _remove(study_id: int) -> None:
    """Remove the study's row and the versions of its space that nobody else uses, the newest first."""
    with Study.locked(study_id) as study:
        if study is None or study.deleted is None:
            return
        space: Space | None = study.space
        study.delete()
        StudyGroup.objects.filter(pk=study.group_id, studies=None).delete()
        while space is not None:
            before = space.previous
            try:
                with transaction.atomic():
                    space.delete()
            except ProtectedError:
                break
            space = before
