"""A trial's learning curve beside the best trial's and the median: SVG paths; for the trial page."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from trials import wording
from trials.engine.lines import ancestors
from trials.models import Report, Study, Trial

from .folds import Axis

WIDTH, HEIGHT = 640, 220
#: Points of a path at most, and how many of the latest complete trials the median is of.
POINTS, PEERS = 120, 50

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class CurvePicture:
    """Paths in a box of 640 x 220; ticks as (place in per cent, text)."""

    own: str
    best: str
    median: str
    end: tuple[str, str]
    value_ticks: tuple[tuple[str, str], ...]
    step_ticks: tuple[tuple[str, str], ...]
    sentence: str


def curve_of(study: Study, trial: Trial) -> CurvePicture | None:
    """The picture of a trial that reported on its way; None where there is no curve to draw."""
    shown = wording.Shown(study.metric, study.maximize)
    own = _of_line(trial, shown)
    if not own:
        return None
    best = study.best if study.best_id not in (None, trial.pk) else None
    peers = _peers(study, trial)
    found = _curves(peers, shown)
    others = [found[pk] for pk in peers if len(found.get(pk, ())) > 1]
    middle = _median(others)
    of_best = _of_line(best, shown) if best else []
    if max(len(own), len(of_best)) < 2:
        return None
    curves = [own, of_best, middle]
    values = Axis.over([value for curve in curves for _, value in curve])
    steps = Axis.over([step for curve in curves for step, _ in curve])
    paths = [_path(curve, steps, values) for curve in curves]
    last = own[-1]
    return CurvePicture(
        *paths,
        end=(steps.place(last[0]), f"{100 - float(values.place(last[1])[:-1]):.2f}%"),
        value_ticks=values.ticks(),
        step_ticks=steps.ticks(),
        sentence=_sentence(own, best, of_best, shown),
    )


def _of_line(trial: Trial, shown: wording.Shown) -> list[tuple[float, float]]:
    """What a trial has reported, after what those did whose training it continues."""
    line = [trial.pk, *(each.pk for each in ancestors(trial))]
    found = _curves(line, shown)
    steps = dict(point for pk in reversed(line) for point in found.get(pk, ()))
    return sorted(steps.items())


def _peers(study: Study, trial: Trial) -> list[int]:
    complete = study.trials.numbered().filter(state=Trial.State.COMPLETE).exclude(pk=trial.pk)
    return list(complete.order_by("-finished_revision").values_list("pk", flat=True)[:PEERS])


def _curves(trials: Sequence[int], shown: wording.Shown) -> dict[int, list[tuple[float, float]]]:
    found: dict[int, list[tuple[float, float]]] = {}
    rows = Report.objects.filter(trial__in=trials).order_by("trial", "step")
    for pk, step, value in rows.values_list("trial_id", "step", "value").iterator(chunk_size=10_000):
        found.setdefault(pk, []).append((step, shown.value(value) or 0.0))
    return {pk: _thinned(curve) for pk, curve in found.items()}


def _thinned(curve: list[tuple[float, float]]) -> list[tuple[float, float]]:
    stride = -(-len(curve) // POINTS)
    return curve if stride <= 1 else [*curve[:-1:stride], curve[-1]]


def _median(curves: Sequence[Points]) -> list[tuple[float, float]]:
    """The median at each step over the curves that came so far, while most of them did."""
    if len(curves) < 3:
        return []
    steps = sorted({step for curve in curves for step, _ in curve})
    columns = [[step for step, _ in curve] for curve in curves]
    found = []
    for step in steps[:: -(-len(steps) // POINTS)]:
        there = [
            curve[bisect_right(column, step) - 1][1]
            for curve, column in zip(curves, columns, strict=True)
            if column[0] <= step <= column[-1]
        ]
        if 2 * len(there) > len(curves):
            found.append((step, median(there)))
    return found


def _path(curve: Points, steps: Axis, values: Axis) -> str:
    places = [
        f"{float(steps.place(step)[:-1]) * WIDTH / 100:.1f} "
        f"{HEIGHT - float(values.place(value)[:-1]) * HEIGHT / 100:.1f}"
        for step, value in curve
    ]
    return "M" + "L".join(places) if places else ""


def _sentence(own: Points, best: Trial | None, of_best: Points, shown: wording.Shown) -> str:
    step, value = own[-1]
    text = f"At step {step:g} it had {wording.short(value)}."
    there = [each for at, each in of_best if at <= step]
    if best is None or not there:
        return text
    return f"{text} Trial {best.number}, the best, had {wording.short(there[-1])} then."
