"""A study's stopping rule asked about one trial, by the worker that watches it or for one trained elsewhere.

The library minimises: curves, reasons and options that are values of the objective are turned here.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db import connection

from optimizers.early_stopping import Curve, Horizon, Rule, create, get
from optimizers.errors import OptionError
from trials.models import Study
from trials.objectives import FoldScore
from trials.objectives.outcome import Report

from .curves import Curves, curves_of
from .findings import Findings, shown
from .outage import OUTAGES
from .reports import thinned

logger = logging.getLogger(__name__)

NOTHING_TO_STOP = (
    "there is nothing to stop: a trial of this study has one score, at its end; choose cross-validation, or "
    "train in parts"
)
#: How old what is known of the other trials may be.
FRESH_SECONDS = 0.5


def horizon_of(objective: Mapping[str, Any], stopping: Mapping[str, Any]) -> Horizon | None:
    """What the trials of an objective (its complete JSON) report on their way; None where nothing is.

    Code of a person's own reports what the rule wants: folds to a rule for folds alone, else steps.
    """
    if fidelity := objective.get("fidelity"):
        return Horizon("folds" if fidelity["name"] == "folds" else "steps", fidelity["max"])
    if objective["kind"] == "model":
        validation = objective["validation"]
        folds = validation.get("folds", 1) * validation.get("repeats", 1)
        return Horizon("folds", folds) if folds > 1 else None
    if objective["kind"] == "function":
        return None
    return Horizon("folds" if stopping and get(stopping["name"]).fits == ("folds",) else "steps")


def check_stopping(
    data: Any,
    objective: Mapping[str, Any],
    metrics: Sequence[str],
    directions: Sequence[str],
    found: Findings,
) -> dict[str, Any]:
    """The field `stopping` of a study's JSON, {} for none; what is wrong is noted."""
    if not data:
        return {}
    chosen = {"name": data} if isinstance(data, str) else data
    if not isinstance(chosen, Mapping) or not isinstance(chosen.get("name"), str):
        found.add(
            "stopping.name", f'a stopping rule is an object such as {{"name": "median"}}, not {shown(data)}'
        )
        return {}
    stopping = {str(key): value for key, value in chosen.items()}
    if stopping["name"] == "none":
        return {}
    if len(metrics) > 1:
        found.add("stopping.name", "with several objectives no trial is stopped early; leave “stopping” out")
        return {}
    try:
        horizon = horizon_of(objective, {"name": get(stopping["name"]).name})
        if horizon is None:
            found.add("stopping.name", NOTHING_TO_STOP)
            return {}
        if horizon.kind == "steps" and metrics[0] != objective.get("scoring", metrics[0]):
            found.add("stopping.name", f"on its way a training reports {objective['scoring']} only")
            return {}
        rule_of(stopping, horizon, -1.0 if directions[0] == "maximize" else 1.0)
    except OptionError as error:
        found.add(f"stopping.{error.option}" if error.option else "stopping.name", str(error))
    return stopping


def rule_of(stopping: Mapping[str, Any], horizon: Horizon, sign: float) -> Rule:
    """A study's rule, minimising; OptionError naming what is wrong with it."""
    options = {name: value for name, value in stopping.items() if name != "name"}
    for option in fields(get(stopping["name"]).Options):
        value = options.get(option.name)
        if option.metadata.get("value") and isinstance(value, int | float) and not isinstance(value, bool):
            options[option.name] = sign * value
    return create(stopping["name"], horizon, **options)


@dataclass(frozen=True)
class Stop:
    """Why a trial is to be stopped, and what it had come to, in the study's own direction.

    `words` are the reason with {names} of `values` in it, so that pages can show them in their own way.
    """

    rule: str
    words: str
    values: dict[str, float]
    step: float
    value: float
    total: float | None
    #: The step of a full training, which `total` is not where the trial trains in parts.
    whole: float | None

    @property
    def reason(self) -> str:
        return self.words.format_map({name: f"{value:.4g}" for name, value in self.values.items()})

    def to_json(self, seconds: float | None) -> dict[str, Any]:
        """What the trial's row keeps; `seconds` is what it took until now, None where nobody knows."""
        return with_saved(asdict(self) | {"reason": self.reason}, seconds)


def with_saved(stop: Mapping[str, Any], seconds: float | None) -> dict[str, Any]:
    """A Stop as JSON with what it saves: the share of a full training, and that in seconds."""
    step, total = stop["step"], stop["total"]
    known = bool(total) and 0 < step <= total
    return {
        **stop,
        "trainings_saved": (total - step) / (stop["whole"] or total) if known else None,
        "seconds_saved": None if seconds is None or not known else seconds * (total - step) / step,
    }


@dataclass(frozen=True)
class Terms:
    """What decides on the trials of a study: its rule's JSON ({} for none), and what they report."""

    stopping: dict[str, Any]
    sign: float
    horizon: Horizon | None
    curves: Curves | None
    #: Of a fold's metrics the one that is optimized; None for its score.
    metric: str | None = None

    @classmethod
    def of(cls, study: Study) -> "Terms":
        horizon = horizon_of(study.objective, study.stopping)
        curves = curves_of(study, horizon.kind) if horizon and study.stopping else None
        metric = None if study.metric == study.objective.get("scoring", study.metric) else study.metric
        return cls(study.stopping, study.sign, horizon, curves, metric)

    def judged(
        self, number: int | None, reports: Mapping[float, float], until: float | None, fresh: float = 0.0
    ) -> Stop | None:
        """Whether to stop a trial that has reported so much and trains up to the fidelity `until`.

        `fresh`: how many seconds old what is known of the others may be.
        """
        if self.curves is None or self.horizon is None:
            return None
        horizon = Horizon(self.horizon.kind, until or self.horizon.total)
        others = self.curves.refresh(fresh)
        own = Curve(number, list(reports), [self.sign * value for value in reports.values()])
        decision = rule_of(self.stopping, horizon, self.sign).decide(own, others)
        if not decision.stop:
            return None
        ends = [float(each.steps[-1]) for each in others if each.complete and len(each)]
        value = decision.level if horizon.kind == "folds" else float(own.values[-1])
        return Stop(
            self.stopping["name"],
            decision.words,
            {name: self.sign * value for name, value in decision.values.items()},
            decision.step,
            self.sign * value,
            horizon.total or max(ends, default=None),
            self.horizon.total,
        )


class Watched:
    """A running trial as its worker sees it: what it has reported, and whether it is to be stopped."""

    def __init__(self, terms: Terms, number: int | None, fidelity: float | None) -> None:
        self.terms, self.number, self.fidelity = terms, number, fidelity
        self.reports: dict[float, float] = {}
        self.stop: Stop | None = None
        self._taken = 0
        self._unsaved: dict[float, float] = {}

    @property
    def judged(self) -> bool:
        """Whether there is a rule to ask; the default's baseline is never stopped."""
        return self.terms.curves is not None and self.number is not None

    def heed(self, item: FoldScore | Report) -> bool:
        """Take in a fold or report; False when the trial is to be stopped now."""
        if not self._take(item):
            return True
        try:
            # At its first report a trial sees all that finished before it, so that a study can be repeated.
            fresh = FRESH_SECONDS if len(self.reports) > 1 else 0.0
            self.stop = self.terms.judged(self.number, self.reports, self.fidelity, fresh)
        except OUTAGES as error:  # the training goes on
            logger.warning("No contact with the database to judge trial %s: %s", self.number, error)
            connection.close()
        return self.stop is None

    def catch_up(self, progress: list[FoldScore | Report]) -> None:
        """Take in what nobody was asked about."""
        for item in progress[self._taken :]:
            self._take(item)

    def unsaved(self) -> dict[float, float]:
        """What has come since this was asked last."""
        unsaved, self._unsaved = self._unsaved, {}
        return unsaved

    def _take(self, item: FoldScore | Report) -> bool:
        """Whether it was one of the reports that count."""
        self._taken += 1
        kind = self.terms.horizon.kind if self.terms.horizon else None
        value: float | None
        if isinstance(item, FoldScore):
            metric = self.terms.metric
            value = item.score if metric is None else item.metrics.get(metric)
            step, counts = float(item.fold + 1), kind == "folds"
        else:
            step, value, counts = item.step, item.value, kind == "steps"
        if not counts or value is None:
            return False
        self._unsaved[step] = self.reports[step] = value
        self.reports = thinned(self.reports)
        return True
