"""Change a study that is there: name, tags, parallelism, budget, space. Called by API, pages and commands."""

from collections.abc import Mapping
from typing import Any

from trials.models import Event, Study, Trial
from trials.models.study import said
from trials.objectives.base import unknown

from .border import unstorable
from .budget import check_limits, check_several
from .control import follow_up, visible
from .endings import satisfied
from .findings import Findings, StudyError, whole
from .nudges import Nudges
from .plan import MOST_PARALLEL, check_name, check_new_space, check_tags
from .space_edits import edit_space

KEYS = ("name", "tags", "parallelism", "budget", "space")

#: How a reason to end begins, and the limit it comes from.
LIMIT_OF = {"The target": "target", "Further trials": "regret"}


def change(study_id: int, data: Mapping[str, Any], by: str = "") -> Nudges | None:
    """Change what `data` names, all of it or nothing; None when there is no such study.

    budget: limits given replace those there are, null takes one away. A new budget lets a study go on that is
    over or winding down; one that would end it at once is refused.

    Raises:
        StudyError: with a message for every field that is wrong.
    """
    if unstored := unstorable(data):
        raise StudyError(unstored)
    study = Study.objects.visible().select_related("space").filter(pk=study_id).first()
    if study is None:
        return None
    if "space" in data:
        check_new_space(study, data["space"])
    with visible(study_id) as study:
        if study is None:
            return None
        _apply(study, data, by)
        nudges = follow_up(study)
    if "space" in data:
        nudges |= edit_space(study_id, data["space"], by) or Nudges()
    return nudges


def _apply(study: Study, data: Mapping[str, Any], by: str) -> None:
    found = Findings()
    for key in data:
        if key not in KEYS:
            found.add(str(key)[:100], unknown("field that can be changed", key, KEYS))
    name = check_name(data["name"], found) if "name" in data else study.name
    tags = check_tags(data["tags"], found) if "tags" in data else study.tags
    parallelism = whole(data, "parallelism", study.parallelism, 1, MOST_PARALLEL, found)
    budget = _new_budget(study, data["budget"], found) if "budget" in data else study.budget
    found.stop_if_any()
    _rename(study, name, tags, by)
    if parallelism != study.parallelism:
        text = f"Trials at a time: {study.parallelism} → {parallelism}"
        study.change(parallelism=parallelism)
        study.note(Event.Kind.CHANGED, said(text, by))
    if "budget" in data:
        _extend(study, budget, by)


def _rename(study: Study, name: str, tags: list[str], by: str) -> None:
    if name != study.name:
        text = f"Renamed from “{study.name[:120]}”"
        study.change(name=name)
        study.note(Event.Kind.CHANGED, said(text, by))
    if tags != study.tags:
        study.change(tags=tags)
        study.note(Event.Kind.CHANGED, said(f"Tags: {', '.join(tags)}" if tags else "Tags removed", by))


def _new_budget(study: Study, given: Any, found: Findings) -> dict[str, Any]:
    """The study's limits with those given; what would end it at once is noted."""
    before = len(found.fields)
    merged = check_limits({**study.budget, **given} if isinstance(given, Mapping) else given, found)
    if len(found.fields) > before or (merged == study.budget and not study.is_over and not study.ending):
        return merged
    check_several(merged, len(study.metrics), found)
    trials, seconds = merged.get("trials"), merged.get("seconds")
    least = study.n_terminal + max(1, study.n_running)
    if trials is not None and trials < least:
        done = f"{study.n_terminal:,} are done" + (f" and {study.n_running} run" if study.n_running else "")
        found.add("budget.trials", f"{done}: give at least {least:,}, or stop the study")
    if study.exhausted and study.is_over:
        found.add("budget.trials", "every configuration of the space was tried: edit the space to go on")
    if seconds is not None and seconds <= (elapsed := study.elapsed()):
        found.add("budget.seconds", f"{elapsed:.0f} s are used already: give more, or leave it out")
    if reason := satisfied(study, merged):
        limit = next((name for start, name in LIMIT_OF.items() if reason.startswith(start)), "patience")
        found.add(f"budget.{limit}", f"{reason} already: change it, or leave it out")
    return merged


def _extend(study: Study, budget: dict[str, Any], by: str) -> None:
    keys = [key for key in {**study.budget, **budget} if study.budget.get(key) != budget.get(key)]
    if keys:
        shown = ", ".join(f"{key} {_limit(study.budget, key)} → {_limit(budget, key)}" for key in keys)
        study.change(budget=budget)
        study.note(Event.Kind.EXTENDED, said(f"Budget: {shown}", by))
        _cancel_excess(study)
    study.reopen(said("Goes on", by), go_on=True)


def _limit(budget: Mapping[str, Any], key: str) -> str:
    return f"{budget[key]:,}" if key in budget else "no limit"


def _cancel_excess(study: Study) -> None:
    """Where the budget shrank below what is queued: the last suggestions go."""
    trials = study.budget.get("trials")
    excess = 0 if trials is None else study.next_number - study.n_cancelled - trials
    if excess > 0:
        queued = study.trials.numbered().filter(state=Trial.State.QUEUED, enqueued=False)
        for trial in queued.only("pk", "number").order_by("-number")[:excess]:
            trial.cancel(study)
