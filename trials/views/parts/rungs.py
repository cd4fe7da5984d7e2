"""Where a study's training went: how far trials were trained, who went on, what it cost; for its overview."""

from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q, Sum

from trials import wording
from trials.engine.lines import ancestors
from trials.models import Study, Trial

from .brackets import Brackets, brackets_of
from .extents import extent, trainings

#: More different amounts than these are no rungs.
MOST_ROWS = 30


@dataclass(frozen=True)
class Rung:
    """The trials that got as much; `share` is the CSS width of what they cost of the whole."""

    words: str
    begun: str
    raised: str
    promoted: str
    ended: str
    best: str
    cost: str
    share: str


@dataclass(frozen=True)
class Rungs:
    rows: tuple[Rung, ...]
    sentences: tuple[str, ...]
    anything_ended: bool
    brackets: Brackets | None


def rungs_of(study: Study) -> Rungs | None:
    """Return the tables, two queries; None where every trial gets all of the training."""
    fidelity = study.objective.get("fidelity")
    if not fidelity:
        return None
    state = Trial.State
    best = (Max if study.maximize else Min)("value", filter=Q(state=state.COMPLETE))
    found = list(
        study.trials.numbered()
        .values("fidelity")
        .annotate(
            n=Count("pk"),
            begun=Count("pk", filter=Q(parent=None)),
            ended=Count("pk", filter=Q(state__in=(state.PRUNED, state.FAILED))),
            best=best,
            cost=Sum("compute", filter=Q(state__in=(state.COMPLETE, state.PRUNED, state.FAILED))),
        )
        .order_by("fidelity")
    )
    found.sort(key=lambda row: fidelity["max"] if row["fidelity"] is None else row["fidelity"])
    if len(found) < 2 or len(found) > MOST_ROWS:
        return None
    values = wording.column([wording.Shown(study.metric, study.maximize).value(row["best"]) for row in found])
    raised = [row["n"] - row["begun"] for row in found]
    rows = [
        Rung(
            words=extent(fidelity, row["fidelity"]),
            begun=f"{row['begun']:,}",
            raised=f"{up:,}" if up else "",
            promoted=f"{after:,}" if after else "",
            ended=f"{row['ended']:,}" if row["ended"] else "",
            best=value if row["best"] is not None else wording.DASH,
            cost=wording.significant(row["cost"] or 0.0, 3) if row["cost"] else "0",
            share=f"{100 * (row['cost'] or 0.0) / study.compute:.2f}%" if study.compute else "0%",
        )
        for row, up, after, value in zip(found, raised, [*raised[1:], 0], values, strict=True)
    ]
    brackets = brackets_of(study)
    sentences = _sentences(study, 0 if brackets is None else brackets.earlier)
    return Rungs(tuple(rows), sentences, any(row.ended for row in rows), brackets)


def _sentences(study: Study, earlier: int) -> tuple[str, ...]:
    """What it cost in all; `earlier` brackets are not shown."""
    if not study.compute:
        return ()
    words = [f"In all {trainings(study.compute)}, {study.n_terminal:,} trials."]
    if study.best_id is not None and study.best is not None:
        line = [study.best, *ancestors(study.best)]
        spent = sum(trial.compute or 0.0 for trial in line)
        share = wording.percent(min(1.0, spent / study.compute), 2)
        words.append(f"The best, trial {study.best.number}, took {share} of that with what it continues.")
        if changes := len({repr(each.params) for each in line}) - 1:
            changed = wording.count(changes, "time")
            words.append(f"Its parameters changed {changed} on the way: its page has the schedule.")
    if study.n_terminal > study.compute:
        saved = study.n_terminal - study.compute
        words.append(f"Training all of them fully would have cost {trainings(saved)} more.")
    if earlier:
        words.append(f"Shown are the latest brackets; {earlier:,} came before them.")
    return tuple(words)
