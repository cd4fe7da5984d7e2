"""A trial's scores fold by fold beside the default's: a picture made of HTML; for the trial page."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trials import wording

Fold = Mapping[str, Any]


@dataclass(frozen=True)
class FoldRow:
    """One fold: scores in words, places as CSS per cent of the common axis."""

    name: str
    score: str
    at: str | None
    default: str
    default_at: str | None
    line_from: str
    line_width: str
    better: bool
    label_left: bool
    fit: str


@dataclass(frozen=True)
class Folds:
    rows: tuple[FoldRow, ...]
    ticks: tuple[tuple[str, str], ...]  # (place, text)
    mean_at: str
    sentence: str
    compared: str


def standard_error(folds: Sequence[Fold]) -> float | None:
    """Return the standard error of the mean over the folds' scores; None for fewer than two."""
    scores = [fold["score"] for fold in folds if fold.get("score") is not None]
    count = len(scores)
    if count < 2:
        return None
    mean = sum(scores) / count
    return math.sqrt(sum((score - mean) ** 2 for score in scores) / (count - 1) / count)


def folds_of(
    folds: Sequence[Fold], defaults: Sequence[Fold], shown: wording.Shown, compared: str = "default"
) -> Folds | None:
    """Return a trial's folds, compared with another's where there are any; None without folds.

    compared: whose the others are, the default's or the best's.
    """
    if not folds:
        return None
    folds, defaults = _as_shown(folds, shown), _as_shown(defaults, shown)
    by_fold = {fold["fold"]: fold["score"] for fold in defaults}
    scores = [fold["score"] for fold in folds]
    axis = Axis.over([*scores, *by_fold.values()])
    texts = wording.column([*scores, *(by_fold.get(fold["fold"]) for fold in folds)])
    rows = tuple(
        _row(fold, by_fold.get(fold["fold"]), axis, shown.maximize, texts[i], texts[len(folds) + i])
        for i, fold in enumerate(folds)
    )
    return Folds(
        rows=rows,
        ticks=axis.ticks(),
        mean_at=axis.place(sum(scores) / len(scores)),
        sentence=_sentence(folds, by_fold, shown.maximize, compared),
        compared=compared if by_fold else "",
    )


def _as_shown(folds: Sequence[Fold], shown: wording.Shown) -> list[Fold]:
    return [{**fold, "score": shown.value(fold["score"])} for fold in folds]


def _row(fold: Fold, default: float | None, axis: "Axis", maximize: bool, text: str, beside: str) -> FoldRow:
    score = fold["score"]
    low, high = (score, score) if default is None else sorted((score, default))
    return FoldRow(
        name=f"Fold {fold['fold'] + 1}",
        score=text,
        at=axis.place(score),
        default=beside if default is not None else "",
        default_at=None if default is None else axis.place(default),
        line_from=axis.place(low),
        line_width=axis.width(high - low),
        better=default is None or (score >= default if maximize else score <= default),
        label_left=default is not None and default > score,
        fit=wording.duration(fold.get("fit_seconds")),
    )


def _sentence(folds: Sequence[Fold], defaults: Mapping[int, float], maximize: bool, compared: str) -> str:
    error = standard_error(folds)
    spread = f"Standard error over folds {wording.plus_minus(error)}." if error is not None else ""
    pairs = [(fold["score"], defaults[fold["fold"]]) for fold in folds if fold["fold"] in defaults]
    if not pairs:
        return spread
    wins = sum(score > default if maximize else score < default for score, default in pairs)
    return f"Better than the {compared} on {wins} of {len(pairs)} folds. {spread}".strip()


@dataclass(frozen=True)
class Axis:
    """A linear axis with round ticks around all scores."""

    low: float
    high: float
    step: float

    @classmethod
    def over(cls, values: Sequence[float]) -> "Axis":
        low, high = min(values), max(values)
        span = (high - low) or abs(high) or 1.0
        low, high = low - 0.04 * span, high + 0.04 * span
        raw = (high - low) / 5
        power = 10.0 ** math.floor(math.log10(raw))
        step = next(power * nice for nice in (1, 2, 5, 10) if power * nice >= raw)
        return cls(low, high, step)

    def place(self, value: float) -> str:
        return self.width(value - self.low)

    def width(self, length: float) -> str:
        return f"{100 * length / (self.high - self.low):.2f}%"

    def ticks(self) -> tuple[tuple[str, str], ...]:
        decimals = max(0, -math.floor(math.log10(self.step)))
        first = math.ceil(self.low / self.step)
        values = [i * self.step for i in range(first, math.floor(self.high / self.step) + 1)]
        return tuple((self.place(value), wording.fixed(value, decimals)) for value in values)
