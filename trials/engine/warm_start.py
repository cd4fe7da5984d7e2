"""Results of earlier studies that a new one begins from: checked, copied, and given to its optimizer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F

import optimizers
from optimizers import Result
from optimizers.transfer import fitting, transferred
from trials.models import EarlierResults, Study, Trial

from .findings import Findings, shown
from .goals import Goals
from .results import minimised

FIELD = "warm_start"
MOST_STUDIES = 10
#: Results kept of each: the better half of them, and the rest spread evenly.
MOST_RESULTS = 1000


@dataclass(frozen=True)
class Earlier:
    """An earlier study as a new one takes it over.

    results: rows as `EarlierResults` keeps them, of which `fit` mean something in the new space; it had
    `total`.
    """

    source: int
    name: str
    total: int
    results: tuple[dict[str, Any], ...]
    fit: int


def check_warm_start(
    given: Any, space: optimizers.Space, goals: Goals, found: Findings
) -> tuple[Earlier, ...]:
    """The earlier studies that `given` names, with what of them fits; what is wrong is noted."""
    ids = _ids(given, found)
    sources = {
        study.pk: study
        for study in Study.objects.visible().select_related("space", "insight").filter(pk__in=ids)
    }
    taken = []
    for pk in ids:
        refusal = _refusal(pk, sources.get(pk), goals)
        if refusal is None:
            earlier = _taken(sources[pk], space, goals)
            refusal = _unfit(sources[pk], space) if not earlier.fit else None
            taken.append(earlier)
        if refusal is not None:
            found.add(FIELD, refusal)
    return tuple(taken)


def _ids(given: Any, found: Findings) -> list[int]:
    if given is None:
        return []
    if not isinstance(given, list) or not all(_is_id(pk) for pk in given):
        found.add(FIELD, f"warm_start is a list of the ids of studies such as [12], not {shown(given)}")
        return []
    ids = list(dict.fromkeys(given))
    if len(ids) > MOST_STUDIES:
        found.add(FIELD, f"{len(ids)} earlier studies are too many; choose the {MOST_STUDIES} most alike")
        return []
    return ids


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


def _refusal(pk: int, source: Study | None, goals: Goals) -> str | None:
    """Why nothing of a study can be used whatever the space, in words."""
    if source is None:
        return f"there is no study {pk}; it may have been deleted"
    if source.metrics != goals.metrics:
        theirs, ours = ", ".join(source.metrics), ", ".join(goals.metrics)
        return f"study {pk} measures {theirs}, this one {ours}: choose studies with the same score"
    for metric, theirs, ours in zip(goals.metrics, source.directions, goals.directions, strict=True):
        if theirs != ours:
            return f"study {pk} is to {theirs} {metric}, this one to {ours} it"
    if not source.n_complete:
        return f"study {pk} has no results yet"
    return None


def _unfit(source: Study, space: optimizers.Space) -> str:
    """Why no result of a study fits the space."""
    theirs = source.space.space
    shared = [name for name in space.names if name in theirs.parameters]
    if not shared:
        return f"study {source.pk} searched other parameters: {', '.join(theirs.names[:4])}"
    return (
        f"no result of study {source.pk} lies inside these ranges; "
        f"both search {', '.join(shared[:4])}, with other values"
    )


def _taken(source: Study, space: optimizers.Space, goals: Goals) -> Earlier:
    # Excesses over other limits than the new study's would mean nothing in it.
    limited = source.constraints == goals.constraints
    insight = getattr(source, "insight", None)
    found = insight.narrowing(source) if insight else None
    idle = found["held"] if found else ()
    rows = tuple(
        {
            "number": trial.number,
            "params": placed(space, trial.params, idle),
            "values": trial.values or [trial.value],
            "constraints": trial.constraints if limited else [],
            "seconds": trial.seconds,
        }
        for trial in _some(source)
    )
    fit = sum(transferred(space, row["params"]) is not None for row in rows)
    return Earlier(source.pk, source.name, source.n_complete, rows, fit)


def placed(space: optimizers.Space, params: dict[str, Any], idle: Sequence[str]) -> dict[str, Any]:
    """The params with what the earlier study found idle as the new space holds it, where they fit then."""
    fitted = transferred(space, params, idle) if idle else None
    return params if fitted is None else fitted


def _some(source: Study) -> list[Trial]:
    """The source's results with a value, trained fully, by number; not all where there are very many."""
    complete = source.trials.numbered().full(source).filter(state=Trial.State.COMPLETE)
    complete = complete.only("study", "number", "params", "value", "values", "constraints", "seconds")
    if source.n_complete <= MOST_RESULTS:
        return list(complete.order_by("number"))
    half = MOST_RESULTS // 2
    best = complete.order_by("-value" if source.maximize else "value", "number")[:half]
    stride = -(-source.n_complete // half)
    spread = complete.annotate(turn=F("number") % stride).filter(turn=0).order_by("number")[:half]
    return sorted({trial.number: trial for trial in [*best, *spread]}.values(), key=lambda each: each.number)


def keep(study: Study, taken: Sequence[Earlier]) -> None:
    """Store copies of the earlier results with the study."""
    EarlierResults.objects.bulk_create(
        EarlierResults(
            study=study,
            source=earlier.source,
            name=earlier.name,
            total=earlier.total,
            results=list(earlier.results),
        )
        for earlier in taken
    )


def history_of(study: Study) -> tuple[Result, ...]:
    """The copies as Results, to be minimised, that fit the study's present space."""
    if not study.warm_start:
        return ()
    rows = [row for kept in study.earlier.all() for row in kept.results]
    results = [_result(study, number, row) for number, row in enumerate(rows)]
    return fitting(study.space.space, results)


def _result(study: Study, number: int, row: Mapping[str, Any]) -> Result:
    """One row; numbered anew, because several studies have a trial 0."""
    values = minimised(study, row["values"])
    assert values is not None
    return Result(
        number,
        row["params"],
        value=None if study.several else values[0],
        values=values if study.several else None,
        constraints=tuple(row["constraints"]),
        seconds=row["seconds"],
    )
