"""The contract of every stopping rule: Horizon, Curve, Decision, Rule. Called by engines and by benchmarks.

How to write a rule: one file `rules/<name>.py` beside this one, with one class, found by the registry.

    class Median(Rule):
        name = "median"                        # the file's name
        title = "Median of the others"         # a few words, for the form
        summary = "Stops what is worse than half of the others at the same step."
        fits = ("folds", "steps")              # what reports it understands

        @dataclass(frozen=True)
        class Options(Warmup):
            ...                                # fields with metadata {"help": …, "min": …, "max": …}

        def _judge(self, own, others, total):
            ...                                # why to stop, or None

What the base class does, so that rules need not: drops NaN, and never stops the default (number 0 or None),
the first trials, the first steps, a trial that has come to its end, or one that leads at its step.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
#: folds: each report is a score of its own, and their mean is the trial's value.
#: steps: each report is the state of a training that goes on, and the best so far counts.
Kind = Literal["folds", "steps"]


@dataclass(frozen=True)
class Horizon:
    """What the reports of a study are, and the step at which a training is complete (None: not known)."""

    kind: Kind
    total: float | None = None


class Curve:
    """What one trial has reported, to be minimised.

    number: the trial's, None for a baseline.  steps, values: parallel, in any order; of a step that comes
    twice the last value counts, and what is not finite is dropped.  complete: whether it came to its end.
    """

    def __init__(
        self, number: int | None, steps: ArrayLike, values: ArrayLike, *, complete: bool = False
    ) -> None:
        self.number, self.complete = number, complete
        given = np.asarray(steps, dtype=float), np.asarray(values, dtype=float)
        kept = np.isfinite(given[0]) & np.isfinite(given[1])
        latest = dict(zip(given[0][kept].tolist(), given[1][kept].tolist(), strict=True))
        self.steps: Floats = np.array(sorted(latest))
        self.values: Floats = np.array([latest[step] for step in self.steps.tolist()])

    def __len__(self) -> int:
        return len(self.steps)

    @cached_property
    def means(self) -> Floats:
        """The mean of the values so far, at each step."""
        return np.asarray(np.cumsum(self.values) / np.arange(1, len(self) + 1))

    @cached_property
    def least(self) -> Floats:
        """The least value so far, at each step."""
        return np.asarray(np.minimum.accumulate(self.values))

    def levels(self, kind: Kind) -> Floats:
        """What is compared at each step: the mean of the folds, the best of the steps."""
        return self.means if kind == "folds" else self.least

    def level(self, kind: Kind, step: float) -> float:
        """The level when `step` was done; NaN where the trial did not come so far."""
        if not len(self) or self.steps[-1] < step or self.steps[0] > step:
            return float("nan")
        return float(self.levels(kind)[np.searchsorted(self.steps, step, side="right") - 1])


@dataclass(frozen=True)
class Decision:
    """Whether to stop a trial, and why.

    words: the reason, with {names} of `values` in it, which are the objective's (minimised) values.
    step: the last step that was done.  level: what the trial had come to then.
    """

    stop: bool
    words: str = ""
    values: Mapping[str, float] = field(default_factory=dict)
    step: float = 0.0
    level: float = float("nan")

    @property
    def reason(self) -> str:
        """The reason in words, in minimised values."""
        return self.said()

    def said(self, sign: float = 1.0) -> str:
        """The reason in words; `sign` −1 turns the values of a study that maximises back."""
        return self.words.format_map({name: f"{sign * value:.4g}" for name, value in self.values.items()})


@dataclass(frozen=True)
class Reason:
    """Why a rule would stop a trial: see Decision."""

    words: str
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Warmup:
    """Options that every rule has."""

    warmup_trials: int = field(
        default=5, metadata={"help": "As many trials finish before any is stopped.", "min": 1, "max": 10_000}
    )
    warmup_steps: int = field(
        default=0,
        metadata={"help": "No trial is stopped in its first so many steps or folds.", "min": 0, "max": 10**9},
    )


class Rule(ABC):
    """Decides whether a running trial is worth going on with.

    `decide` is a pure function of the options, the horizon and the curves, whatever their order.

    Of the class: `name` is the file's; `title` and `summary` are for the form; `fits` says what reports it
    understands.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    fits: ClassVar[tuple[Kind, ...]]
    Options: ClassVar[type[Any]] = Warmup

    def __init__(self, horizon: Horizon, options: Any = None) -> None:
        self.horizon = horizon
        self.options = self.Options() if options is None else options

    def decide(self, own: Curve, others: Sequence[Curve]) -> Decision:
        """Whether to stop the trial of `own` now, given what all others have reported so far.

        Trials among `others` that still run are not looked at; stopped ones count as far as they came.
        """
        others = sorted(
            (other for other in others if len(other) and other.number != own.number),
            key=lambda other: -1 if other.number is None else other.number,
        )
        finished = [other for other in others if other.complete]
        total = self.horizon.total or max((float(other.steps[-1]) for other in finished), default=0.0)
        if not len(own) or self._spared(own, finished, total):
            return Decision(False)
        step, level = float(own.steps[-1]), float(own.levels(self.horizon.kind)[-1])
        if level <= min(self.levels_at(others, step), default=float("inf")):
            return Decision(False, step=step, level=level)
        reason = self._judge(own, finished, total)
        if reason is None:
            return Decision(False, step=step, level=level)
        return Decision(True, reason.words, dict(reason.values), step, level)

    def _spared(self, own: Curve, finished: Sequence[Curve], total: float) -> bool:
        """Whether it is too early to judge, or too late to save anything."""
        number, step = own.number or 0, float(own.steps[-1])
        return (
            number < self.options.warmup_trials
            or len(finished) < self.options.warmup_trials
            or step <= self.options.warmup_steps
            or bool(total and step >= total)
        )

    @abstractmethod
    def _judge(self, own: Curve, finished: Sequence[Curve], total: float) -> Reason | None:
        """Why to stop, None to go on; `finished` are complete others by number, `total` is the last step (0
        where nobody knows).
        """

    def levels_at(self, others: Sequence[Curve], step: float) -> list[float]:
        """The levels of those that came to `step`."""
        levels = [other.level(self.horizon.kind, step) for other in others]
        return [level for level in levels if level == level]  # NaN is not itself

    def best(self, finished: Sequence[Curve]) -> Curve:
        """The complete trial with the least level at its end; of equals the earlier one."""
        return min(finished, key=lambda other: float(other.levels(self.horizon.kind)[-1]))

    def after(self, own: Curve) -> str:
        """How far the trial is, in words."""
        step = int(own.steps[-1])
        if self.horizon.kind == "folds":
            return f"{len(own)} fold{'' if len(own) == 1 else 's'}"
        return f"step {step}"


def whose(curve: Curve) -> str:
    """A trial in words."""
    return "the baseline" if curve.number is None else f"trial {curve.number}"
