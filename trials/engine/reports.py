"""Keeps the reports of trials as rows: in batches while a trial runs, all of them once it has ended."""

from collections.abc import Mapping

from trials.models import Report, Trial
from trials.objectives.reporting import MOST_REPORTS


def thinned(reports: Mapping[float, float]) -> dict[float, float]:
    """As many as a curve needs, in the order they came: every second one of too many, and the last."""
    if len(reports) <= 2 * MOST_REPORTS:
        return dict(reports)
    *before, last = reports.items()
    return dict(before[::2]) | {last[0]: last[1]}


def add(trial: Trial, reports: Mapping[float, float]) -> None:
    """Store new ones; a second report of a step replaces the first."""
    rows = [Report(trial_id=trial.pk, step=step, value=value) for step, value in reports.items()]
    Report.objects.bulk_create(
        rows, batch_size=500, update_conflicts=True, unique_fields=["trial", "step"], update_fields=["value"]
    )


def replace(trial: Trial, reports: Mapping[float, float]) -> None:
    """Store all of a trial that has ended; those of an earlier attempt go."""
    Report.objects.filter(trial=trial.pk).delete()
    rows = [Report(trial_id=trial.pk, step=step, value=value) for step, value in reports.items()]
    Report.objects.bulk_create(rows, batch_size=500)


def keep_few(trial: Trial) -> None:
    """Drop every second one of too many, but not the last."""
    if Report.objects.filter(trial=trial.pk).count() <= 2 * MOST_REPORTS:
        return
    keys = list(Report.objects.filter(trial=trial.pk).order_by("step").values_list("pk", flat=True))
    Report.objects.filter(pk__in=keys[1:-1:2]).delete()
