"""What a person should know before reading on: no worker, nothing but failures; for the study's pages."""

from dataclasses import dataclass

from trials import wording
from trials.models import Study, Trial


@dataclass(frozen=True)
class Notice:
    """A banner; `command` is shown as code, `trial` links to the trial that tells more."""

    tone: str  # "bad", "warn" or ""
    icon: str
    title: str
    text: str
    command: str = ""
    trial: int | None = None


def notices_of(study: Study, slots: int) -> tuple[Notice, ...]:
    """Return the banners of a study; one query, and only where every trial failed."""
    notices = []
    if not study.is_over and not slots and not study.external and not _foreground(study):
        notices.append(_nobody_listens(study))
    if study.n_failed and not study.n_complete and not study.n_pruned:
        notices.append(_all_failed(study))
    return tuple(notices)


def _foreground(study: Study) -> bool:
    return bool(study.foreground_token)


def _nobody_listens(study: Study) -> Notice:
    waiting = study.n_queued + study.n_running
    trials = wording.count(waiting, "trial")
    safe = f"{trials} {'is' if waiting == 1 else 'are'} queued and safe" if waiting else "The study is safe"
    who = "It starts by itself" if waiting == 1 or not waiting else "They start by themselves"
    text = f"{safe}. {who} once a worker is up:"
    return Notice("warn", "cpu", "No worker is listening", text, command="make run WORKERS=2")


def _all_failed(study: Study) -> Notice:
    failed = study.trials.filter(state=Trial.State.FAILED).order_by("-number")
    trial = failed.only("study", "number", "error").first()
    message = (trial.error or {}).get("message", "") if trial else ""
    both = {1: "The only trial so far failed", 2: "Both trials failed"}
    title = both.get(study.n_failed, f"All {study.n_failed:,} trials failed")
    return Notice("bad", "alert-triangle", title, message, trial=trial.number if trial else None)
