"""What results teach about a study's parameters and about going on, as plain JSON; called by insights.

Some of it is computed each time; the dearer part not the first time, later when the results have grown by
half, and at the end.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from optimizers import Result
from optimizers.importance import Importance, importance, interactions
from optimizers.narrowing import narrowed
from optimizers.stopping import Remaining, remaining_gain
from trials.models import Study

#: The ways to measure importance besides the pages' first one, fanova.
QUICK, DEAR = ("ped_anova",), ("permutation", "mdi")
#: The dearer part is computed anew when there are so many times the results it knew.
GROWTH = 1.5


def light(study: Study, results: Sequence[Result]) -> dict[str, Any]:
    """What a running study's pages follow: importances of each metric, and what can still be gained."""
    space = study.space.space
    found = [
        shares(importance(space, on_one(results, place), seed=study.seed))
        for place in range(len(study.metrics))
    ]
    data: dict[str, Any] = {"importance": found[0], "methods": _by(QUICK, study, results)}
    if study.several:
        data["importances"] = dict(zip(study.metrics, found, strict=True))
    else:
        whole = [result for result in results if study.is_full(result.fidelity)]
        data["remaining"] = _remaining(remaining_gain(space, whole, seed=study.seed))
    return data


def full(study: Study, results: Sequence[Result]) -> dict[str, Any]:
    """What takes longer: further ways to measure importance, and which pairs work only together."""
    first = on_one(results, 0)
    pairs = interactions(study.space.space, first, seed=study.seed)
    return {
        "methods": _by(DEAR, study, results),
        "interactions": [
            {"names": list(pair.names), "share": pair.share, "low": pair.low, "high": pair.high}
            for pair in pairs
        ],
        "narrowing": None if study.several else narrowing(study, results),
        "full": len(results),
    }


def narrowing(study: Study, results: Sequence[Result]) -> dict[str, Any] | None:
    """A smaller space; `ranges` is the same without what is held, which would put most results outside."""
    whole = [result for result in results if study.is_full(result.fidelity)]
    found = narrowed(study.space.space, whole, seed=study.seed)
    if found is None:
        return None
    ranges = narrowed(study.space.space, whole, seed=study.seed, hold=False) if found.held else found
    return {
        "changes": [asdict(change) for change in found.changes],
        "space": found.space.to_dict(),
        "ranges": None if ranges is None else ranges.space.to_dict(),
        "held": sorted(found.held),
        "inside": found.inside,
        "n": found.n,
        "version": study.space_id,
    }


def outgrown(data: dict[str, Any], results: int) -> bool:
    """Whether the dearer part of what is stored has fallen behind, or is not there yet."""
    return results >= GROWTH * data.get("full", 0)


def kept(data: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """`data` with the dearer part of what was stored before."""
    dearer = {key: before[key] for key in ("interactions", "narrowing", "full") if key in before}
    return {**data, **dearer, "methods": {**before.get("methods", {}), **data["methods"]}}


def together(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Both parts as one."""
    return {**one, **other, "methods": {**one["methods"], **other["methods"]}}


def on_one(results: Sequence[Result], objective: int) -> list[Result]:
    """The results as those of one objective among several."""
    return [
        result if result.values is None else replace(result, value=result.values[objective], values=None)
        for result in results
    ]


def shares(found: Importance) -> dict[str, Any]:
    """Importances as the pages and the API read them."""
    return {
        "names": list(found.names),
        "share": [float(x) for x in found.share],
        "low": [float(x) for x in found.low],
        "high": [float(x) for x in found.high],
        "r2": float(found.r2),
        "n": int(found.n),
    }


def _by(methods: Sequence[Any], study: Study, results: Sequence[Result]) -> dict[str, Any]:
    space, first = study.space.space, on_one(results, 0)
    return {method: shares(importance(space, first, seed=study.seed, method=method)) for method in methods}


def _remaining(found: Remaining | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"gain": found.gain, "low": found.low, "high": found.high, "n": found.n}
