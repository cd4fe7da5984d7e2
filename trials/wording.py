"""Numbers, times and states in words, the same on every page; templates, charts and commands call it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"
THIN = "\N{NO-BREAK SPACE}"
SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")

#: Decimals beyond these make a number unreadable: it is written with a power of ten instead.
MOST_DECIMALS = 9
LARGEST_PLAIN = 1e7


# --- numbers ------------------------------------------------------------------------------------------
def five(value: float | None) -> str:
    """Write a number with five significant digits, trailing zeros kept: 0.064263, 1,284.0, 2.5000 × 10⁻⁹."""
    return significant(value, 5)


def significant(value: float | None, digits: int) -> str:
    """Write a number with that many significant digits; None and non-finite numbers are a dash."""
    if value is None or not math.isfinite(value):
        return DASH
    if value == 0:
        return "0"
    decimals = digits - 1 - exponent(value, digits)
    if decimals > MOST_DECIMALS or abs(value) >= LARGEST_PLAIN:
        return power_of_ten(value, digits)
    return fixed(value, max(0, decimals))


def exponent(value: float, digits: int = 5) -> int:
    """Return the power of ten of the first digit, after rounding to that many digits (0.99999 → -1)."""
    return int(f"{value:.{digits - 1}e}".partition("e")[2])


def power_of_ten(value: float, digits: int) -> str:
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
    return f"{signed_minus(mantissa)} × 10{str(int(power)).translate(SUPERSCRIPT)}"


def fixed(value: float, decimals: int) -> str:
    """Write a number with so many decimals, thousands separated and a true minus sign."""
    text = f"{value:,.{decimals}f}"
    return signed_minus(text) if any(digit in text for digit in "123456789") else text.lstrip("-")


def signed_minus(text: str) -> str:
    return text.replace("-", MINUS)


def short(value: float | None) -> str:
    """Write a number with at most five significant digits and no trailing zeros: 0.1, 100, 0.00001."""
    text = five(value)
    mantissa, times, power = text.partition(" × ")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return mantissa + times + power


def column(values: Sequence[float | None]) -> list[str]:
    """Write the numbers of one column with the same decimals, so that they can be compared by eye.

    The largest magnitude decides, with five significant digits. Columns that span more than a factor of
    100 would lose too many: there each number keeps five of its own.
    """
    sizes = [abs(value) for value in values if value is not None and math.isfinite(value) and value != 0]
    if not sizes:
        return [five(value) for value in values]
    decimals = 4 - exponent(max(sizes))
    if max(sizes) > 100 * min(sizes) or decimals > MOST_DECIMALS or max(sizes) >= LARGEST_PLAIN:
        return [five(value) for value in values]
    return [
        DASH if value is None or not math.isfinite(value) else fixed(value, max(0, decimals))
        for value in values
    ]


def setting(value: object) -> str:
    """Write a parameter's value: numbers shortened, booleans and None as in Python, text as it is."""
    if value is None or isinstance(value, bool | str):
        return str(value)
    if isinstance(value, int):
        return signed_minus(f"{value:,}" if abs(value) >= 10_000 else str(value))
    return short(value) if isinstance(value, float) else str(value)


def settings_column(values: Sequence[object]) -> list[str]:
    """Write one parameter's values as a column: floats with the same decimals, "" where inactive (None)."""
    present = [value for value in values if value is not None]
    if not present or not all(isinstance(value, float) for value in present):
        return ["" if value is None else setting(value) for value in values]
    texts = column([value if isinstance(value, float) else None for value in values])
    texts = ["" if value is None else text for value, text in zip(values, texts, strict=True)]
    while all(text.endswith("0") and "." in text for text in texts if text) and any(texts):
        texts = [text[:-1].removesuffix(".") for text in texts]
    return texts


def percent(share: float, digits: int = 3) -> str:
    """Write a share as per cent: 0.522 → "52.2 %", 0.0145 → "1.45 %"."""
    number = abs(share) * 100
    if number >= 1000:
        return f"{fixed(number, 0)}{THIN}%"
    decimals = 0 if number == 0 else max(0, min(2, digits - 1 - exponent(number, digits)))
    return f"{fixed(number, decimals)}{THIN}%"


# --- gains --------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Gain:
    """How a value compares with the default's: what the chip and the gain columns show."""

    text: str  # "−52.2 %": the change of the value itself, with its sign
    words: str  # "52.2 % below default"
    better: bool
    worse: bool
    falls: bool
    clear: bool = True  # more than the standard error of the value

    @property
    def tint(self) -> str:
        return "is-good" if self.better and self.clear else "is-idle"

    @property
    def tone(self) -> str:
        return "good" if self.better and self.clear else "muted"

    @property
    def icon(self) -> str:
        return "arrow-narrow-down" if self.falls else "arrow-narrow-up"


def gain(
    value: float | None, default: float | None, maximize: bool, error: float | None = None
) -> Gain | None:
    """Compare a value with the default's; None while one of them is missing or the default is 0.

    A difference within the value's standard error may be chance: it is told, but not praised.
    """
    if value is None or default is None or default == 0:
        return None
    change = (value - default) / abs(default)
    size = percent(change)
    if round(abs(change) * 100, 2) == 0:
        return Gain(f"0{THIN}%", "same as default", False, False, False)
    falls = change < 0
    better = falls != maximize
    side = "below" if falls else "above"
    clear = abs(value - default) > (error or 0.0)
    text, words = f"{MINUS if falls else '+'}{size}", f"{size} {side} default"
    return Gain(text, words, better, not better, falls, clear)


# --- times --------------------------------------------------------------------------------------------
def duration(seconds: float | None) -> str:
    """Write a length of time: "0.42 s", "2.3 s", "40 s", "6 min", "5 h 20 min", "3 d 4 h"."""
    if seconds is None or not math.isfinite(seconds):
        return DASH
    if seconds < 0.995:
        return f"{seconds:.2f}{THIN}s" if seconds >= 0.005 else f"under 0.01{THIN}s"
    if seconds < 9.95:
        return f"{seconds:.1f}{THIN}s"
    if seconds < 90:
        return f"{seconds:.0f}{THIN}s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes}{THIN}min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours}{THIN}h" + (f" {minutes}{THIN}min" if minutes else "")
    days, hours = divmod(hours, 24)
    return f"{days}{THIN}d" + (f" {hours}{THIN}h" if hours else "")


def about(seconds: float) -> str:
    """Write an estimate no finer than it deserves: "about 40 s left"."""
    if seconds < 1:
        return "about a second left"
    if 10 <= seconds < 90:
        seconds = round(seconds / 5) * 5
    elif seconds < 10:
        seconds = math.ceil(seconds)
        return f"about {seconds}{THIN}s left"
    return f"about {duration(seconds)} left"


def ago(then: datetime, now: datetime) -> str:
    """Write how long ago something happened; clock.js ticks it on in the same words."""
    seconds = max(0, int((now - then).total_seconds()))
    if seconds < 2:
        return "just now"
    if seconds < 60:
        return f"{seconds}{THIN}s ago"
    if seconds < 3600:
        return f"{seconds // 60}{THIN}min ago"
    if seconds < 86_400:
        return f"{seconds // 3600}{THIN}h ago"
    days = seconds // 86_400
    return "yesterday" if days == 1 else f"{days} days ago"


# --- words --------------------------------------------------------------------------------------------
def count(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun: "1 trial", "1,284 trials"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does: "gamma, C and kernel"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1] if words else ""]))


def file_size(size: int) -> str:
    """Write bytes in the unit that fits: 940 B, 36.2 KB, 89.3 MB (a KB has 1,000 bytes)."""
    for unit, factor in (("MB", 1e6), ("KB", 1e3)):
        if size >= factor:
            return f"{significant(size / factor, 3)}{THIN}{unit}"
    return f"{size}{THIN}B"


def ordinal(place: int) -> str:
    """Write a place: 1st, 2nd, 3rd, 11th."""
    suffix = "th" if 10 <= place % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place:,}{suffix}"


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


MODEL_TITLES = {
    "ada_boost": "AdaBoost",
    "bagging": "bagged trees",
    "bayesian_ridge": "Bayesian ridge",
    "gaussian_nb": "naive Bayes",
    "gaussian_process": "Gaussian process",
    "huber": "Huber regression",
    "k_neighbors": "nearest neighbours",
    "lgbm": "LightGBM",
    "linear_regression": "polynomial regression",
    "linear_svc": "linear SVM",
    "linear_svr": "linear SVM",
    "mlp": "neural network",
    "pls_regression": "partial least squares",
    "sgd": "linear model by gradient descent",
    "svc": "SVM",
    "svr": "SVM",
    "xgb": "XGBoost",
}


def model_title(model: str) -> str:
    """Write a model's name for people, without its task: "random_forest_classifier" → "random forest"."""
    name = model.removesuffix("_classifier").removesuffix("_regressor")
    return MODEL_TITLES.get(name, name.replace("_", " "))


def models_title(models: Sequence[str]) -> str:
    """Write the models that one study searches: both names of two, else how many there are."""
    if len(models) > 2:
        return f"{len(models)} models"
    return " or ".join(model_title(model) for model in models)


def fidelity_unit(name: str) -> str:
    """Write what a fidelity counts: "trees", "epochs"."""
    return {"n_estimators": "trees", "max_iter": "rounds"}.get(name, name.replace("_", " "))


def default_title(models: Sequence[str]) -> str:
    """Write what gains are measured against: of several models it is the first one's default."""
    return f"the default {model_title(models[0])}" if len(models) > 1 else "the default configuration"


# --- states -------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Look:
    """A state's icon, word and tint: always together, never colour alone."""

    icon: str
    word: str
    tint: str
    mark: str
    motion: str = ""


LOOKS = {
    "queued": Look("circle-dashed", "Queued", "is-idle", "idle-mark"),
    "running": Look("loader-2", "Running", "is-accent", "accent-mark", motion="spin"),
    "complete": Look("check", "Complete", "is-good", "good-mark"),
    "pruned": Look("scissors", "Pruned", "is-warn", "warn-mark"),
    "failed": Look("x", "Failed", "is-bad", "bad-mark"),
    "cancelled": Look("ban", "Cancelled", "is-idle", "idle-mark"),
    "paused": Look("player-pause", "Paused", "is-warn", "warn-mark"),
    "completed": Look("check", "Completed", "is-good", "good-mark"),
    "stopped": Look("player-stop", "Stopped", "is-idle", "idle-mark"),
}


def state_look(state: str) -> Look:
    """Return how a trial's or a study's state looks."""
    return LOOKS[state]
