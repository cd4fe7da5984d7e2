"""When a study is over: its budget, its target, its patience, an exhausted space, a stop."""

from trials.models import Study, Trial


def settle(study: Study) -> bool:
    """Apply the budget under the study's lock; True when this ended the study.

    trials: ends when exactly that many are terminal. target, patience: cancel what is queued, let
    running ones finish. seconds: cancels both. An exhausted space ends it below budget.
    """
    if study.is_over:
        return False
    seconds = study.budget.get("seconds")
    if seconds is not None and study.active_since is not None and study.elapsed() >= seconds:
        cancel(study, running=True)
        return study.end(Study.State.COMPLETED, f"The time budget of {seconds:g} s is used up")
    if not study.ending and (reason := _satisfied(study)):
        study.wind_down(reason)
    if study.ending and study.n_queued:  # also what came back from a lost worker since
        cancel(study, running=False)
    if study.n_queued or study.n_running:
        return False
    if study.ending:
        return study.end(Study.State.COMPLETED, study.ending)
    budget = study.budget.get("trials")
    if budget is not None and study.n_terminal >= budget:
        return study.end(Study.State.COMPLETED, f"All {budget} trials are done")
    if study.exhausted:
        return study.end(
            Study.State.COMPLETED, f"Every configuration of the space was tried: {study.n_terminal}"
        )
    return False


def cancel(study: Study, *, running: bool) -> None:
    """Cancel what is queued and, when asked, what runs."""
    states = [Trial.State.QUEUED, *([Trial.State.RUNNING] if running else [])]
    for trial in study.trials.filter(state__in=states).only("pk", "number"):
        trial.cancel(study)


def _satisfied(study: Study) -> str:
    """The reason to ask no more although the budget of trials is not used up, or an empty string."""
    target, patience = study.budget.get("target"), study.budget.get("patience")
    best = study.best_value
    if target is not None and best is not None and not study.better(target, than=best):
        return f"The target of {target:g} is reached"
    if patience is not None and study.n_terminal >= patience:
        since = study.trials.numbered().terminal().filter(finished_revision__gt=_best_revision(study))
        if since.exclude(state=Trial.State.CANCELLED).count() >= patience:
            return (
                f"No better result in {patience} trials"
                if study.best_id
                else f"No result in {patience} trials"
            )
    return ""


def _best_revision(study: Study) -> int:
    """The revision at which the best was found; -1 while there is none."""
    best = Trial.objects.filter(pk=study.best_id).values_list("finished_revision", flat=True).first()
    return -1 if best is None else best
