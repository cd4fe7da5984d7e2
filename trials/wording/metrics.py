"""Metrics, goals and limits in words; the package offers them to whoever writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .amounts import THIN, Gain, five, gain, listed, short, significant

#: What some metrics are measured in; their titles end in it.
UNITS = {"predict_ms": "ms", "fit_seconds": "s", "model_kb": "KB"}
#: Metrics whose title is more than their name with spaces.
METRIC_TITLES = {
    "roc_auc": "ROC AUC",
    "f1": "F1",
    "f1_macro": "F1, macro",
    "f1_weighted": "F1, weighted",
    "r2": "R²",
    "rmse": "RMSE",
    "mae": "MAE",
    "predict_ms": "prediction time, ms",
    "fit_seconds": "fit time, s",
    "model_kb": "model size, KB",
}


def metric_title(metric: str) -> str:
    """Write a metric's name for people: "roc_auc" → "ROC AUC", "neg_log_loss" → "log loss" (see Shown)."""
    name = metric.removeprefix("neg_")
    name = {"root_mean_squared_error": "rmse", "mean_absolute_error": "mae"}.get(name, name)
    return METRIC_TITLES.get(name, name.replace("_", " "))


@dataclass(frozen=True)
class Shown:
    """How a metric is shown: scikit-learn's "neg_…" are errors with a turned sign, people read the error."""

    metric: str
    stored_maximize: bool

    @property
    def negated(self) -> bool:
        return self.metric.startswith("neg_")

    @property
    def title(self) -> str:
        return metric_title(self.metric)

    @property
    def maximize(self) -> bool:
        """Whether more of what is shown is better."""
        return self.stored_maximize != self.negated

    def value(self, stored: float | None) -> float | None:
        """Turn a stored value into the one to show."""
        return -stored if self.negated and stored is not None else stored

    def five(self, stored: float | None) -> str:
        return five(self.value(stored))

    def gain(self, stored: float | None, default: float | None, error: float | None = None) -> Gain | None:
        """Compare two stored values as they are shown."""
        return gain(self.value(stored), self.value(default), self.maximize, error)


def each_shown(metrics: Sequence[str], directions: Sequence[str]) -> list[Shown]:
    """How each of a study's objectives is shown."""
    return [Shown(name, way == "maximize") for name, way in zip(metrics, directions, strict=True)]


def goals(metrics: Sequence[str], directions: Sequence[str]) -> str:
    """Write what a study is after: "maximise accuracy, minimise fit time, s"."""
    shown = each_shown(metrics, directions)
    return listed([f"{'maximise' if one.maximize else 'minimise'} {one.title}" for one in shown])


def limit_in_words(constraint: Mapping[str, Any]) -> str:
    """Write a limit as it is shown: "prediction time at most 5 ms"; that of a negated score turns round."""
    shown = Shown(constraint["metric"], True)
    unit = UNITS.get(shown.metric, "")
    words = ("at most", "at least") if shown.negated else ("at least", "at most")
    ends = [
        f"{word} {short(shown.value(constraint[end]))}{THIN if unit else ''}{unit}"
        for end, word in zip(("min", "max"), words, strict=True)
        if end in constraint
    ]
    return f"{shown.title.removesuffix(f', {unit}')} {' and '.join(ends)}"


def plus_minus(error: float | None) -> str:
    """Write a standard error, in the same precision everywhere; "" where there is none."""
    return "" if error is None else f"±{THIN}{significant(error, 3)}"
