"""Groups of repeats, one row each: how far they are and which optimizer leads; for home and comparison."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from trials import wording
from trials.models import Study, StudyGroup

#: What is read of each study: no trial is.
READ = (
    "group", "state", "optimizer", "seed", "metrics", "directions", "budget", "best_value", "n_complete",
    "n_pruned", "n_failed",
)  # fmt: skip
#: A group is in the first of these states that one of its studies is in.
STATES = ("running", "paused", "failed", "stopped", "completed")


@dataclass(frozen=True)
class GroupRow:
    """`planned` is 0 where no number of trials is set; `share` is CSS per cent."""

    pk: int
    name: str
    words: str
    look: wording.Look
    mark: str
    done: str
    planned: str
    share: str
    best: str
    leader: str


def groups_of(limit: int) -> tuple[GroupRow, ...]:
    """Return the newest groups; two queries that read nothing but the studies' rows."""
    groups = list(StudyGroup.objects.visible().order_by("-pk")[:limit])
    members: dict[int | None, list[Study]] = {group.pk: [] for group in groups}
    if groups:
        for study in Study.objects.visible().filter(group__in=groups).only(*READ).order_by("pk"):
            members[study.group_id].append(study)
    return tuple(_row(group, members[group.pk]) for group in groups if members[group.pk])


def _row(group: StudyGroup, studies: Sequence[Study]) -> GroupRow:
    states = {study.state for study in studies}
    look = wording.state_look(next(state for state in STATES if state in states))
    planned = sum(study.budget.get("trials", 0) for study in studies)
    done = sum(study.n_terminal for study in studies)
    optimizers = Counter(study.optimizer["name"] for study in studies)
    seeds = {study.seed for study in studies}
    best, leader = _leader(studies)
    return GroupRow(
        pk=group.pk,
        name=group.name,
        words=f"{wording.listed(list(optimizers))} · {wording.count(len(seeds), 'seed')}",
        look=look,
        mark=look.mark,
        done=f"{done:,}",
        planned=f"{planned:,}" if planned else "",
        share=f"{100 * min(1.0, done / planned):.1f}%" if planned else "100%",
        best=best,
        leader=leader,
    )


def _leader(studies: Sequence[Study]) -> tuple[str, str]:
    """The best median of an optimizer's studies, and whose it is."""
    shown = wording.Shown(studies[0].metric, studies[0].maximize)
    found: dict[str, list[float]] = {}
    for study in studies:
        if study.best_value is not None:
            found.setdefault(study.optimizer["name"], []).append(study.best_value)
    if not found:
        return wording.DASH, shown.title
    choose = max if studies[0].maximize else min
    name, values = choose(found.items(), key=lambda item: median(item[1]))
    return shown.five(median(values)), f"{name} leads in {shown.title}"
