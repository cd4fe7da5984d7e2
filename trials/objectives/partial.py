"""A training that gets a part of the whole: up to its fidelity, scored on the way, taken up where an earlier
one stopped; used by the kind "model".
"""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trials.objectives import scoring
from trials.objectives.base import Context, Evaluation, Fidelity, FoldScore, Part
from trials.objectives.datasets import Dataset
from trials.objectives.growing import Growing
from trials.objectives.resources import Resource
from trials.objectives.scoring import Scorer
from trials.objectives.seeds import Purpose, seed_for
from trials.objectives.validation import (
    Fold,
    cross_validate,
    mean_metrics,
    score_fitted,
    score_fold,
    warnings_logged,
)

#: A training is scored at every tenth of the whole, and on the first of them more often.
TENTHS, EARLY = 10, 3 ** (1 / 3)


@dataclass(frozen=True)
class Plan:
    """What is trained on which rows and how it is scored; `build` makes the unfitted pipeline of params."""

    build: Callable[[Mapping[str, Any]], Any]
    dataset: Dataset
    folds: Sequence[Fold]
    scorer: Scorer
    measures: Sequence[Scorer]
    resource: Resource
    fidelity: Fidelity


def whole_units(fidelity: float) -> int:
    """A fidelity as a number of trees, rounds, passes or folds."""
    return max(1, round(fidelity))


def report_steps(fidelity: Fidelity, after: float, until: int) -> list[int]:
    """Where a training is scored on its way from `after` to `until`: the same for all trials of a study."""
    tenth = fidelity.max / TENTHS
    steps = {whole_units(tenth * number) for number in range(1, TENTHS + 1)}
    early = fidelity.min
    while early < tenth:
        steps.add(whole_units(early))
        early *= EARLY
    return sorted({step for step in steps if after < step < until} | {until})


def evaluate(plan: Plan, params: Mapping[str, Any], context: Context) -> Evaluation:
    """Train `params` up to the context's fidelity, None for all of it, and score what came of it."""
    target = plan.fidelity.max if context.fidelity is None else context.fidelity
    match plan.resource.growth:
        case "anew":
            return _on_rows(plan, params, target, context)
        case "folds":
            return _on_folds(plan, params, whole_units(target), context)
        case _:
            return _grown(plan, params, whole_units(target), context)


def fitted(
    build: Callable[[Mapping[str, Any]], Any],
    resource: Resource,
    line: Sequence[Part],
    X: np.ndarray,
    y: np.ndarray,
) -> Any:
    """The pipeline of a whole line of trainings on other rows: what a finished study keeps."""
    parts = line_of(resource, line)
    growing = Growing(build(parts[0].params), X, y, resource)
    for part in parts:
        growing.take_over(build(part.params))
        growing.grow(whole_units(part.fidelity))
    return growing.model


def line_of(resource: Resource, line: Sequence[Part]) -> list[Part]:
    """The parts that a training is made of: those with the same params are one, and where something changes
    that cannot change in the middle of a training, it begins there.
    """
    parts: list[Part] = []
    for part in line:
        if parts and part.params == parts[-1].params:
            parts[-1] = part
        elif parts and not _changeable(resource, parts[-1].params, part.params):
            parts = [part]
        else:
            parts.append(part)
    return parts


def _changeable(resource: Resource, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    changed = {name for name in {**before, **after} if before.get(name) != after.get(name)}
    # Of several models in one search the names carry the model's.
    return {name.rpartition("__")[2] for name in changed} <= set(resource.changeable)


def _grown(plan: Plan, params: Mapping[str, Any], target: int, context: Context) -> Evaluation:
    """Trees, rounds or passes: all folds side by side, so that their mean is known at every step."""
    goes_on = _goes_on(plan.resource, params, context)
    stopped = whole_units(context.line[-1].fidelity) if goes_on else 0
    saved = context.checkpoint.load() if goes_on else None
    parts = line_of(plan.resource, [*context.line, Part(params, target)])
    if saved is not None and saved["reached"] == stopped:
        models = [_Fold(plan, *found, stopped) for found in enumerate(saved["estimators"])]
        parts, resumed_from = parts[-1:], float(stopped)
    else:
        models, resumed_from = [_Fold(plan, number) for number in range(len(plan.folds))], 0.0
    for part in parts:
        for model in models:
            model.take_over(part.params)
        goals = report_steps(plan.fidelity, stopped, whole_units(part.fidelity))
        for step in goals if models[0].continues else goals[-1:]:
            for model in models:
                model.grow(step, context)
            if stopped < step < target:
                _report(step, [model.score() for model in models], context)
    folds = [model.finished(context) for model in models]
    for fold in folds:
        context.fold_done(fold)
    _report(target, [fold.score for fold in folds], context)
    if models[0].continues:
        estimators = [model.estimator for model in models]
        context.checkpoint.save({"reached": target, "estimators": estimators})
    return _evaluation(folds, resumed_from)


def _goes_on(resource: Resource, params: Mapping[str, Any], context: Context) -> bool:
    """Whether a training of `params` can build on the one that its trial continues."""
    return bool(context.line) and _changeable(resource, context.line[-1].params, params)


class _Fold:
    """One fold's model while it grows."""

    def __init__(self, plan: Plan, number: int, estimator: Any = None, reached: int = 0) -> None:
        self.plan, self.number, self.seconds = plan, number, 0.0
        fit, self.rest = plan.folds[number]
        self._rows = plan.dataset.X[fit], plan.dataset.y[fit]
        self._begun: Growing | None = None
        self._found = (estimator, reached)

    @property
    def growing(self) -> Growing:
        assert self._begun is not None
        return self._begun

    @property
    def estimator(self) -> Any:
        return self.growing.estimator

    @property
    def continues(self) -> bool:
        return self.growing.continues

    def take_over(self, params: Mapping[str, Any]) -> None:
        """Go on, or begin, with these params."""
        began = time.perf_counter()
        if self._begun is None:
            built = self.plan.build(params)
            self._begun = Growing(built, *self._rows, self.plan.resource, *self._found)
        self._begun.take_over(self.plan.build(params))
        self.seconds += time.perf_counter() - began

    def grow(self, step: int, context: Context) -> None:
        began = time.perf_counter()
        with warnings_logged(self.number, context.log):
            self.growing.grow(step)
        self.seconds += time.perf_counter() - began

    def score(self) -> float:
        """The score on the way."""
        X, y = self.plan.dataset.X[self.rest], self.plan.dataset.y[self.rest]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return scoring.score(self.plan.scorer.name, self.growing.model, X, y, {})

    def finished(self, context: Context) -> FoldScore:
        measures = [measure.name for measure in self.plan.measures]
        plan = self.plan
        with warnings_logged(self.number, context.log):
            return score_fitted(
                self.number, self.growing.model, plan.dataset, self.rest, plan.scorer, measures, context,
                self.seconds,
            )  # fmt: skip


def _on_folds(plan: Plan, params: Mapping[str, Any], target: int, context: Context) -> Evaluation:
    """The first `target` folds; those that the earlier trial of the line has scored are not trained again."""
    saved = context.checkpoint.load() if _goes_on(plan.resource, params, context) else None
    known = [FoldScore(**fold) for fold in saved["folds"][:target]] if saved else []
    for fold in known:
        context.fold_done(fold)
    folds = list(known)
    names = [measure.name for measure in plan.measures]
    for number, (fit, rest) in enumerate(plan.folds[len(known) : target], start=len(known)):
        with warnings_logged(number, context.log):
            model = plan.build(params)
            fold = score_fold(number, model, plan.dataset, fit, rest, plan.scorer, names, context)
        context.fold_done(fold)
        folds.append(fold)
        _report(number + 1, [fold.score for fold in folds], context)
    return _evaluation(folds, float(len(known)))


def _on_rows(plan: Plan, params: Mapping[str, Any], share: float, context: Context) -> Evaluation:
    """All folds, each on a share of its rows: every larger share holds the smaller ones."""
    seed = seed_for(context.study_seed, Purpose.ROWS)
    classes = bool(plan.dataset.info.classes)
    folds = [(fit[first_rows(plan.dataset.y[fit], classes, share, seed)], rest) for fit, rest in plan.folds]
    build = lambda: plan.build(params)  # noqa: E731
    found = cross_validate(build, plan.dataset, folds, plan.scorer, context, plan.measures)
    context.report(share, found.values[0])
    return found


def first_rows(y: np.ndarray, classes: bool, share: float, seed: int) -> np.ndarray:
    """The places of the rows of a share, in order; of each of the `classes` its share, and at least one."""
    drawn = np.random.default_rng(seed).permutation(len(y))
    groups = [drawn[y[drawn] == label] for label in np.unique(y)] if classes else [drawn]
    place = np.empty(len(y))
    for group in groups:
        place[group] = np.arange(len(group)) / len(group)
    return np.sort(np.argsort(place, kind="stable")[: max(len(groups), math.ceil(share * len(y)))])


def _report(step: float, scores: Sequence[float], context: Context) -> None:
    mean = float(np.mean(scores))
    if math.isfinite(mean):
        context.report(step, mean)


def _evaluation(folds: Sequence[FoldScore], resumed_from: float) -> Evaluation:
    value = float(np.mean([fold.score for fold in folds]))
    return Evaluation((value,), mean_metrics(folds), tuple(folds), resumed_from)
