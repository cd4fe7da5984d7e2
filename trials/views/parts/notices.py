"""What a person should know before reading on: no worker, nothing but failures; for the study's pages."""

from dataclasses import dataclass

from hpo_dashboard.invocation import start_worker
from trials import wording
from trials.models import Insight, Study, Trial

#: From so many failures, and that share of the trials, a study says so.
FEWEST_FAILED, MANY_FAILED = 5, 0.2


@dataclass(frozen=True)
class Notice:
    """A banner; `command` is shown as code, `trial` and `failures` link to what tells more."""

    tone: str  # "bad", "warn" or ""
    icon: str
    title: str
    text: str
    command: str = ""
    trial: int | None = None
    failures: bool = False


def notices_of(study: Study, slots: int) -> tuple[Notice, ...]:
    """Return the banners of a study; a query where every trial failed, and one soon after the end."""
    notices = []
    if not study.is_over and not slots and not study.external and not _foreground(study):
        notices.append(_nobody_listens(study))
    if study.ending and not study.is_over:
        notices.append(_winding_down(study))
    if study.n_failed and not study.n_complete and not study.n_pruned:
        notices.append(_all_failed(study))
    elif study.state == Study.State.FAILED:
        failed = bool(study.n_failed)
        notices.append(Notice("bad", "alert-triangle", "This study failed", study.ending, failures=failed))
    elif words := many_failed(study):
        notices.append(Notice("warn", "alert-triangle", "Many trials fail", words, failures=True))
    if Insight.final_awaited(study):
        notices.append(_last_results(study))
    return tuple(notices)


def many_failed(study: Study) -> str:
    """A sentence when a good part of the trials fails; "" otherwise."""
    done = study.n_terminal
    if study.n_failed < FEWEST_FAILED or study.n_failed < MANY_FAILED * done:
        return ""
    limit = study.budget.get("failures")
    row = (
        f", {study.failures_in_a_row} in a row now"
        if study.failures_in_a_row > 2 and not study.is_over
        else ""
    )
    end = f"; after {limit} in a row the study ends" if limit and not study.is_over else ""
    share = wording.percent(study.n_failed / done, 2)
    return f"{study.n_failed:,} of {wording.count(done, 'trial')} failed ({share}){row}{end}."


def _winding_down(study: Study) -> Notice:
    """It is decided that the study ends: what is it waiting for?"""
    left = study.n_queued + study.n_running
    what = f"{wording.count(left, 'trial')} {'is' if left == 1 else 'are'} still to finish"
    reason = study.ending if study.ending.endswith(".") else f"{study.ending}."
    return Notice(
        "warn", "player-stop", "This study is about to end", f"{reason} {what}; nothing new is asked."
    )


def _last_results(study: Study) -> Notice:
    insight = getattr(study, "insight", None)
    known = (
        f"come from {insight.results:,} of {wording.count(study.n_complete, 'result')}" if insight else "wait"
    )
    return Notice(
        "",
        "loader-2",
        "The last results are being taken in",
        f"What matters and the suggestions {known}; a worker computes the final ones.",
    )


def _foreground(study: Study) -> bool:
    return bool(study.foreground_token)


def _nobody_listens(study: Study) -> Notice:
    waiting = study.n_queued + study.n_running
    trials = wording.count(waiting, "trial")
    safe = f"{trials} {'is' if waiting == 1 else 'are'} queued and safe" if waiting else "The study is safe"
    who = "It starts by itself" if waiting == 1 or not waiting else "They start by themselves"
    text = f"{safe}. {who} once a worker is up:"
    return Notice("warn", "cpu", "No worker is listening", text, command=start_worker())


def _all_failed(study: Study) -> Notice:
    failed = study.trials.filter(state=Trial.State.FAILED).order_by("-number")
    trial = failed.only("study", "number", "error").first()
    message = (trial.error or {}).get("message", "") if trial else ""
    if study.state == Study.State.FAILED and study.ending:
        message = study.ending
    both = {1: "The only trial so far failed", 2: "Both trials failed"}
    title = both.get(study.n_failed, f"All {study.n_failed:,} trials failed")
    return Notice(
        "bad",
        "alert-triangle",
        title,
        message,
        trial=trial.number if trial else None,
        failures=study.n_failed > 1,
    )
