"""How a model is scored: the test part set aside, the folds of the rest, and their scores; used by the kind
"model".
"""

from __future__ import annotations

import math
import pickle
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from trials.objectives import scoring
from trials.objectives.base import Context, Evaluation, FoldScore, NonFiniteScore, ObjectiveError
from trials.objectives.datasets import Dataset, DatasetInfo
from trials.objectives.fields import Fields, finite
from trials.objectives.scoring import Scorer
from trials.objectives.seeds import Purpose, seed_for

Fold = tuple[np.ndarray, np.ndarray]
MOST_FOLDS, MOST_REPEATS = 1_000, 100
LOGGED_CHARACTERS = 500
#: How often a prediction that matters is timed, and for how many seconds at most.
MOST_TIMINGS, TIMING_SECONDS = 5, 0.2


@dataclass(frozen=True, slots=True)
class Validation:
    """K-fold cross-validation (`folds`, `repeats`) or a single hold-out (`share` of the rows)."""

    kind: Literal["kfold", "holdout"]
    folds: int = 1
    repeats: int = 1
    share: float = 0.0

    @property
    def scores(self) -> int:
        """How many models one evaluation fits."""
        return self.folds * self.repeats

    def to_dict(self) -> dict[str, Any]:
        if self.kind == "holdout":
            return {"kind": self.kind, "share": self.share}
        return {"kind": self.kind, "folds": self.folds, "repeats": self.repeats}

    def describe(self) -> str:
        if self.kind == "holdout":
            return f"a hold-out of {self.share:.0%}"
        often = f", repeated {self.repeats} times" if self.repeats > 1 else ""
        return f"{self.folds}-fold cross-validation{often}"


def test_rows(info: DatasetInfo, share: float) -> int:
    """How many rows of a data set the test part takes."""
    return math.ceil(info.rows * share)


def read_test_share(fields: Fields, info: DatasetInfo) -> float:
    """The field test_share: 0 to 0.5, and enough for every class."""
    share = fields.number("test_share", 0.2, 0.0, 0.5)
    aside = test_rows(info, share)
    if 0 < aside < info.classes:
        least = math.ceil(100 * info.classes / info.rows) / 100
        raise ObjectiveError(
            "test_share",
            f"test_share {share:g} leaves {aside} of {info.rows} rows for the test, fewer than the "
            f"{info.classes} classes: raise it to {least:g}, or set it to 0",
        )
    return share


def read_validation(data: Any, info: DatasetInfo, test_share: float, scorer: Scorer) -> Validation:
    """The field validation: complete, and possible on what the test part leaves of the data set.

    "repeated_kfold" is another name for "kfold" with five repeats where none are given.
    """
    fields = Fields({"kind": "kfold"} if data is None else data, "validation")
    kind = fields.name("kind", "kfold", ("kfold", "repeated_kfold", "holdout"), "kind of validation")
    rows = info.rows - test_rows(info, test_share)
    smallest = min((size * rows // info.rows for size in info.class_sizes), default=rows)
    if kind == "holdout":
        fields.only(["kind", "share"])
        return _checked_holdout(fields.number("share", 0.25, 0.01, 0.9), info, rows, smallest, scorer)
    fields.only(["kind", "folds", "repeats"])
    folds = fields.integer("folds", 5, 2, MOST_FOLDS)
    what = "rows in its smallest class" if info.classes else "rows"
    if folds > smallest:
        raise ObjectiveError(
            "validation.folds",
            f"{folds} folds are more than {info.name} has {what} outside the test part ({smallest}): "
            f"choose {smallest} or fewer",
        )
    if rows // folds < scorer.least_rows:
        raise ObjectiveError(
            "validation.folds",
            f"{scorer.name} needs at least {scorer.least_rows} rows in each fold: "
            f"choose {rows // scorer.least_rows} folds or fewer",
        )
    usual_repeats = 5 if kind == "repeated_kfold" else 1
    return Validation("kfold", folds=folds, repeats=fields.integer("repeats", usual_repeats, 1, MOST_REPEATS))


def _checked_holdout(share: float, info: DatasetInfo, rows: int, smallest: int, scorer: Scorer) -> Validation:
    held_out = math.ceil(rows * share)
    least = max(info.classes, scorer.least_rows, 1)
    if held_out < least or rows - held_out < least or (info.classes and smallest < 2):
        raise ObjectiveError(
            "validation.share",
            f"a share of {share:g} splits {rows} rows into {rows - held_out} and {held_out}; each part needs "
            f"{least} or more: choose another share",
        )
    return Validation("holdout", share=share)


def split_test(dataset: Dataset, share: float, study_seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The row numbers of the search part and of the test part, each in order; the study's seed decides."""
    from sklearn.model_selection import train_test_split

    rows = np.arange(len(dataset.y))
    if share == 0:
        return rows, rows[:0]
    search, test = train_test_split(
        rows,
        test_size=test_rows(dataset.info, share),
        stratify=dataset.y if dataset.info.classes else None,
        random_state=seed_for(study_seed, Purpose.TEST_PART),
    )
    return np.sort(search), np.sort(test)


def folds_of(dataset: Dataset, validation: Validation, search: np.ndarray, study_seed: int) -> list[Fold]:
    """Row numbers to fit and to score for each fold, within `search`: the same for every trial of a study."""
    from sklearn import model_selection as splitters

    seed = seed_for(study_seed, Purpose.FOLDS)
    stratified = "Stratified" if dataset.info.classes else ""
    if validation.kind == "holdout":
        splitter_class = getattr(splitters, f"{stratified}ShuffleSplit")
        splitter = splitter_class(n_splits=1, test_size=validation.share, random_state=seed)
    else:
        splitter_class = getattr(splitters, f"Repeated{stratified}KFold")
        splitter = splitter_class(n_splits=validation.folds, n_repeats=validation.repeats, random_state=seed)
    return [(search[fit], search[rest]) for fit, rest in splitter.split(search, dataset.y[search])]


def cross_validate(
    build: Callable[[], Any],
    dataset: Dataset,
    folds: Sequence[Fold],
    scorer: Scorer,
    context: Context,
    measures: Sequence[Scorer] = (),
) -> Evaluation:
    """Fit a fresh model on each fold and score it; the value is the mean of the folds' scores by `scorer`."""
    done = []
    names = [measure.name for measure in measures]
    for number, (fit, rest) in enumerate(folds):
        with warnings_logged(number, context.log):
            fold = score_fold(number, build(), dataset, fit, rest, scorer, names, context)
        context.fold_done(fold)
        done.append(fold)
    return Evaluation((float(np.mean([fold.score for fold in done])),), mean_metrics(done), tuple(done))


@contextmanager
def warnings_logged(number: int, log: Callable[[str], None]) -> Iterator[None]:
    """Tell `log` what is warned of in a fold, each thing once."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        yield
    for warning in caught:
        log(f"Fold {number + 1}: {warning.category.__name__}: {warning.message}"[:LOGGED_CHARACTERS])


def score_fold(
    number: int,
    model: Any,
    dataset: Dataset,
    fit: np.ndarray,
    rest: np.ndarray,
    scorer: Scorer,
    measures: Sequence[str],
    context: Context,
) -> FoldScore:
    """Fit `model` on the rows `fit` and score it on the rows `rest`; see `score_fitted`."""
    started = time.perf_counter()
    model.fit(dataset.X[fit], dataset.y[fit])
    seconds = time.perf_counter() - started
    return score_fitted(number, model, dataset, rest, scorer, measures, context, seconds)


def score_fitted(
    number: int,
    model: Any,
    dataset: Dataset,
    rest: np.ndarray,
    scorer: Scorer,
    measures: Sequence[str],
    context: Context,
    fit_seconds: float,
) -> FoldScore:
    """Score a fitted model on the rows `rest`; `predict_ms` is for a thousand rows.

    What cannot be measured beside the score is told to the log and left out.

    Raises:
        NonFiniteScore: naming the fold.
    """
    fitted = time.perf_counter()
    X, truth = dataset.X[rest], dataset.y[rest]
    predicted = model.predict(X)
    predict_seconds = time.perf_counter() - fitted
    if not np.isfinite(predicted).all():
        raise NonFiniteScore(f"Fold {number + 1} predicted NaN or infinity, which cannot be scored.")
    measured = scoring.measure(dataset.info.task, model, X, truth, predicted)
    score = scoring.score(scorer.name, model, X, truth, measured)
    if not math.isfinite(score):
        raise NonFiniteScore(
            f"Fold {number + 1} scored {score} in {scorer.name}, which is not a finite number."
        )
    further, faults = scoring.scores(measures, model, X, truth, measured)
    for fault in faults:
        context.log(f"Fold {number + 1}: {fault}"[:LOGGED_CHARACTERS])
    score_seconds = time.perf_counter() - fitted
    if "predict_ms" in context.wanted:
        predict_seconds = min(predict_seconds, least_seconds(lambda: model.predict(X)))
    costs = {"predict_ms": predict_seconds * 1e6 / len(rest)}
    if scoring.MODEL_KB in context.wanted:
        costs[scoring.MODEL_KB] = len(pickle.dumps(model)) / 1e3
    return FoldScore(
        fold=number,
        score=score,
        fit_seconds=fit_seconds,
        score_seconds=score_seconds,
        metrics=finite({**measured, **further, **costs}),
    )


def least_seconds(call: Callable[[], object]) -> float:
    """The least time of a few calls, while they are cheap: a machine that is busy only ever adds to it."""
    taken: list[float] = []
    while len(taken) < MOST_TIMINGS and (not taken or sum(taken) < TIMING_SECONDS):
        began = time.perf_counter()
        call()
        taken.append(time.perf_counter() - began)
    return min(taken)


def mean_metrics(folds: Sequence[FoldScore]) -> dict[str, float]:
    """The mean over the folds of every metric that all of them have, and `fit_seconds` of one fit."""
    names = [name for name in folds[0].metrics if all(name in fold.metrics for fold in folds)]
    means = {name: float(np.mean([fold.metrics[name] for fold in folds])) for name in names}
    return means | {"fit_seconds": float(np.mean([fold.fit_seconds for fold in folds]))}
