"""Compute and store what the surrogate believed, moment by moment; runs in a worker, never in a request.

A study keeps one moment per trial up to 60, then every second, every fourth and so on, and the present. While
it runs only the present is refreshed, within a share of one core; the others follow when it has ended, a
little work at a time, and where another study trains within that share too.

A moment's data, all numbers in the study's own direction with five digits:
    known, best, next        results used, the best of them, the number of the trial that came next
    curves      [{name, at, units, bands, improvement}]              see optimizers.surrogate_view
    surfaces    [{names, at, x, y, mean, deviation, improvement}]    of the present: pairs of the first six
    dependence  [{name, units, mean, low, high, share}]              of the present only
    candidates  [{params, mean, deviation, chance, improvement}]
    left_out    {numbers, mean, low, high, actual, r2, rank, covered}
"""

import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from django.db.models import F

from optimizers import Result
from trials.models import Study, SurrogateView

from .pace import alone, rested, unhurried
from .results import result_columns, results_of

if TYPE_CHECKING:
    from optimizers.surrogate_view import SurrogateView as View
    from optimizers.surrogate_view import Viewer

logger = logging.getLogger(__name__)

#: Moments that are kept besides the present.
MOST = 60
#: Seconds of work at a time.
SECONDS = 0.5
#: Rows read at most, evenly spread.
MOST_ROWS = 1000
#: Complete trials below which nothing is shown.
FEWEST_RESULTS = 10
CURVES, PRESENT_CURVES, PAIRED = 6, 12, 6

_viewers: OrderedDict[tuple[object, ...], "Viewer"] = OrderedDict()
_KEPT = 4
_guard = threading.Lock()


def update(study_id: int, seconds: float = SECONDS) -> bool:
    """Compute what is missing for about so long; True when more is left to do."""
    with alone(study_id) as free:
        study = Study.objects.select_related("space", "insight").filter(pk=study_id).first() if free else None
        if study is None or study.n_complete < FEWEST_RESULTS or _current(study):
            return False
        hurry = not unhurried(study)
        if hurry and _too_soon(study):
            return False
        return _work(study, time.perf_counter() + (0.0 if hurry else seconds))


def _current(study: Study) -> bool:
    """Whether the present was stored with all that is known now; it is stored last."""
    return study.surrogate_views.filter(before=study.next_number, results=study.n_terminal).exists()


def _too_soon(study: Study) -> bool:
    last = study.surrogate_views.order_by("-updated").first()
    return last is not None and not rested(last.seconds, last.updated)


def _work(study: Study, until: float) -> bool:
    results = [] if study.several else _read(study)
    usable = [result.number for result in results if result.value is not None]
    first = usable[3] + 1 if len(usable) > 3 else study.next_number
    moments = targets(first, study.next_number)
    found: dict[int, tuple[dict[str, Any], float]] = {}
    if study.is_over:
        stored = set(study.surrogate_views.exclude(before=study.next_number).values_list("before", flat=True))
        for before in moments[:-1]:
            if before in stored:
                continue
            if time.perf_counter() > until and found:
                _store(study, moments, found)
                return True
            found[before] = _computed(study, results, before, present=False)
    found[study.next_number] = _computed(study, results, study.next_number, present=True)
    _store(study, moments, found)
    return False


def targets(first: int, last: int) -> list[int]:
    """The moments that are kept: at most 60 at multiples of a power of two, and the last."""
    every = 1
    while (last - first) / every > MOST:
        every *= 2
    return [*(number for number in range(first, last) if number % every == 0), last]


def _read(study: Study) -> list[Result]:
    told = study.trials.told_after(-1).order_by("number")
    stride = -(-study.next_number // MOST_ROWS) or 1
    if stride > 1:
        told = told.annotate(turn=F("number") % stride).filter(turn=0)
    return results_of(study, told.only(*result_columns(study)))


def _computed(
    study: Study, results: Sequence[Result], before: int, *, present: bool
) -> tuple[dict[str, Any], float]:
    started = time.perf_counter()
    data: dict[str, Any] = {}
    try:
        view = _viewer(study).after([result for result in results if result.number < before])
        if view is not None:
            data = _data(study, view, before, present=present)
    except Exception:  # what failed once would fail again: stored empty, it is not tried for ever
        logger.exception("What is believed before trial %d of study %d cannot be told", before, study.pk)
    return data, time.perf_counter() - started


def _viewer(study: Study) -> "Viewer":
    from optimizers.surrogate_view import Viewer  # imports SciPy's optimisers

    key = (study.pk, study.created, study.space_id)
    with _guard:
        viewer = _viewers.pop(key, None) or Viewer(study.space.space, study.seed)
        _viewers[key] = viewer
        while len(_viewers) > _KEPT:
            _viewers.popitem(last=False)
    return viewer


def _data(study: Study, view: "View", before: int, *, present: bool) -> dict[str, Any]:
    """One moment as JSON; of the present more is shown."""
    names = _ranked(study)
    coming = _coming(study, before)
    anchor = view.anchor(coming[1] if coming else None)
    summary = view.summary(names[: PRESENT_CURVES if present else CURVES], coming[1] if coming else None)
    pairs = list(combinations(names[:PAIRED], 2)) if present else [tuple(names[:2])] if len(names) > 1 else []
    own = _Own(study.sign)
    surfaces = [surface for pair in pairs if (surface := view.surface((pair[0], pair[1]), anchor))]
    data: dict[str, Any] = {
        "known": summary.known,
        "best": own.value(summary.best),
        "next": coming[0] if coming else None,
        "curves": [
            {
                "name": curve.name,
                "at": curve.at,
                "units": own.plain(curve.units),
                "bands": [own.values(band) for band in own.turned(curve.bands)],
                "improvement": own.plain(curve.improvement),
            }
            for curve in summary.curves
        ],
        "surfaces": [
            {
                "names": list(each.names),
                "at": each.at,
                "x": own.plain(each.x),
                "y": own.plain(each.y),
                "mean": [own.values(line) for line in each.mean],
                "deviation": [own.plain(line) for line in each.deviation],
                "improvement": [own.plain(line) for line in each.improvement],
            }
            for each in surfaces
        ],
        "candidates": [
            {
                "params": each.params,
                "mean": own.value(each.mean),
                "deviation": own.number(each.deviation),
                "chance": own.number(each.chance),
                "improvement": own.number(each.improvement),
            }
            for each in summary.candidates
        ],
        "left_out": own.left_out(summary.left_out),
    }
    if present:
        data["dependence"] = [
            own.dependence(found) for name in names[:PRESENT_CURVES] if (found := view.dependence(name))
        ]
    return data


def _ranked(study: Study) -> list[str]:
    """Parameters, the most important first where that is known."""
    names = list(study.space.space.names)
    insight = getattr(study, "insight", None)
    found = (insight.data or {}).get("importance", {}) if insight else {}
    shares = dict(zip(found.get("names", ()), found.get("share", ()), strict=True))
    return sorted(names, key=lambda name: -shares.get(name, 0.0))


def _coming(study: Study, before: int) -> tuple[int, Mapping[str, Any]] | None:
    """The trial that came next: that number, or the first that still waits or runs."""
    trials = study.trials.numbered()
    found = trials.filter(number=before) or trials.pending().order_by("number")
    return next(iter(found.values_list("number", "params")[:1]), None)  # type: ignore[return-value]


class _Own:
    """Numbers of the library, which minimises, in the study's own direction and with five digits."""

    def __init__(self, sign: float) -> None:
        self.sign = sign

    def number(self, value: float) -> float | None:
        return float(f"{value:.5g}") if math.isfinite(value) else None

    def value(self, value: float) -> float | None:
        return self.number(self.sign * value)

    def plain(self, values: Sequence[float]) -> list[float | None]:
        return [self.number(value) for value in values]

    def values(self, values: Sequence[float]) -> list[float | None]:
        return [self.value(value) for value in values]

    def turned(self, bands: Sequence[Any]) -> Sequence[Any]:
        """From the lowest to the highest also after the sign was turned."""
        return bands if self.sign > 0 else bands[::-1]

    def dependence(self, found: Any) -> dict[str, Any]:
        low, high = self.turned((found.low, found.high))
        return {
            "name": found.name,
            "units": self.plain(found.units),
            "mean": self.values(found.mean),
            "low": self.values(low),
            "high": self.values(high),
            "share": self.number(found.share),
        }

    def left_out(self, found: Any) -> dict[str, Any]:
        low, high = self.turned((found.low, found.high))
        return {
            "numbers": list(found.numbers),
            "mean": self.values(found.mean),
            "low": self.values(low),
            "high": self.values(high),
            "actual": self.values(found.actual),
            "r2": self.number(found.r2),
            "rank": self.number(found.rank),
            "covered": self.number(found.covered),
        }


def _store(study: Study, moments: Sequence[int], found: Mapping[int, tuple[dict[str, Any], float]]) -> None:
    """Write the moments, drop those that are not kept, and let watching pages know."""
    with Study.locked(study.pk) as locked:
        if locked is None:
            return
        for before, (data, seconds) in found.items():
            present = {"results": study.n_terminal, "data": data, "seconds": seconds}
            SurrogateView.objects.update_or_create(study=locked, before=before, defaults=present)
        locked.surrogate_views.exclude(before__in=moments).delete()
        _slim(locked, moments[-1])
        locked.change()


def _slim(study: Study, last: int) -> None:
    """What was the present a moment ago keeps what a moment of the past holds."""
    for past in study.surrogate_views.filter(before__lt=last, data__has_key="dependence"):
        data = {key: value for key, value in past.data.items() if key != "dependence"}
        data["surfaces"], data["curves"] = data["surfaces"][:1], data["curves"][:CURVES]
        SurrogateView.objects.filter(pk=past.pk).update(data=data)
