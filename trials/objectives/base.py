"""The contract of an objective, that is of what a trial evaluates; called by studies, forms and trainings."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

if TYPE_CHECKING:
    from optimizers import Space

Direction = Literal["maximize", "minimize"]
#: What a process has imported before a training is forked from it: the less, the cheaper the fork.
Ground = Literal["numpy", "scikit-learn"]


class ObjectiveError(ValueError):
    """An objective that cannot be used, in words for the person who wrote it.

    `field` is dotted from the objective's own top, for example "validation.folds"; "" means the whole
    objective.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class NonFiniteScore(ArithmeticError):
    """A training that ended with NaN or infinity instead of a score; the message names the fold."""


@dataclass(frozen=True, slots=True)
class Fidelity:
    """How much of the full training a trial can get: `name` in the study's words, from `min` to `max`."""

    name: str
    min: float
    max: float

    def to_dict(self) -> dict[str, Any]:
        return {"name": self.name, "min": self.min, "max": self.max}


@dataclass(frozen=True, slots=True)
class Metric:
    """Something an evaluation measures: its name, in words, which way is better (None: a study says)."""

    name: str
    title: str
    direction: Direction | None = None


@dataclass(frozen=True, slots=True)
class FoldScore:
    """The score of one fold; `fold` counts from 0, times are wall-clock seconds, non-finite metrics are
    left out.
    """

    fold: int
    score: float
    fit_seconds: float
    score_seconds: float
    metrics: dict[str, float]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an evaluation found: `values` parallel to the objective's `metrics`, all finite.

    `resumed_from` is the fidelity at which it took up an earlier training, 0 for one from the start.
    """

    values: tuple[float, ...]
    metrics: dict[str, float] = field(default_factory=dict)
    folds: tuple[FoldScore, ...] = ()
    resumed_from: float = 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """An earlier part of a training that a trial continues: with which `params` up to which `fidelity`."""

    params: Mapping[str, Any]
    fidelity: float


class Checkpoint(Protocol):
    """Where a training finds what an earlier one left, and leaves what a later one may take up."""

    def load(self) -> Any:
        """What the training that is continued left; None when there is nothing, or nothing whole."""

    def save(self, state: Any) -> None:
        """Keep `state`, whole or not at all."""


class NoCheckpoint:
    """Nothing to continue, nothing to keep."""

    def load(self) -> None:
        return None

    def save(self, state: Any) -> None:
        return None


def _ignore(*_: object) -> None:
    """A listener that nobody needs."""


@dataclass(frozen=True, slots=True)
class Context:
    """What an evaluation knows of its study and how it speaks to it while it runs.

    `number` is the trial's, None for a baseline, which trains with the seeds of trial 0. `fidelity` is up to
    where it trains, None for fully. A trial that continues others has their parts as its `line`, the oldest
    first, the seeds of the first of them, `root`, and what the last of them left in `checkpoint`; without
    that it trains all parts again. `wanted` names the metrics that the study optimizes or limits: what costs
    time is measured for them alone. `report(step, value)` passes on an intermediate value, `log` a line for
    the trial's page, `fold_done` a finished fold.
    """

    study_seed: int
    number: int | None = None
    fidelity: float | None = None
    root: int | None = None
    line: tuple[Part, ...] = ()
    checkpoint: Checkpoint = field(default_factory=NoCheckpoint)
    wanted: tuple[str, ...] = ()
    report: Callable[[float, float], None] = _ignore
    log: Callable[[str], None] = _ignore
    fold_done: Callable[[FoldScore], None] = _ignore

    @property
    def seed_number(self) -> int | None:
        """The trial whose seeds it trains with."""
        return self.number if self.root is None else self.root


def context_of(job: Mapping[str, Any], **more: Any) -> Context:
    """The context that a job says: study_seed, number, fidelity, root, line, metrics and limited."""
    return Context(
        study_seed=job["study_seed"],
        number=job.get("number"),
        fidelity=job.get("fidelity"),
        root=job.get("root"),
        line=tuple(Part(**part) for part in job.get("line", ())),
        wanted=(*job.get("metrics", ()), *job.get("limited", ())),
        **more,
    )


class Objective(ABC):
    """What a study evaluates: made by `parse`, complete and valid, and immutable from then on.

    `trained_here` is False where the training happens outside and comes back by ask and tell. `data` is
    the whole JSON form, every default filled in.
    `ground` is what its training process needs imported.
    `metrics` names the values; `metric_titles` says them in
    words.
    """

    kind: ClassVar[str]
    trained_here: ClassVar[bool] = True
    ground: ClassVar[Ground] = "numpy"
    fidelity: Fidelity | None = None
    metrics: tuple[str, ...]
    directions: tuple[Direction, ...]

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    @classmethod
    @abstractmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Objective:
        """Validate `data` and fill in its defaults; raises ObjectiveError."""

    def to_dict(self) -> dict[str, Any]:
        """The complete JSON form; `parse` of it gives an equal objective."""
        return dict(self.data)

    @property
    def metric_titles(self) -> tuple[str, ...]:
        """The metrics in words, for axes and column heads."""
        return self.metrics

    @property
    def measurable(self) -> dict[str, Metric]:
        """What a study can optimize or limit, by name, `metrics` first; empty where only the caller knows."""
        parts = zip(self.metrics, self.metric_titles, self.directions, strict=True)
        return {name: Metric(name, title, direction) for name, title, direction in parts}

    def measuring(self, names: Sequence[str]) -> Objective:
        """This objective, measuring all of `names`; raises ObjectiveError (its field is the name)."""
        for name in names:
            if name not in self.measurable:
                raise ObjectiveError(name, unknown("metric", name, self.measurable))
        return self

    def default_space(self) -> Space | None:
        """The space that an expert would begin with; None where only the caller can know it."""
        return None

    def check_space(self, space: Space) -> None:
        """Raise ObjectiveError (field "space.<name>") for a parameter unknown here."""
        return None

    def baseline_params(self) -> dict[str, Any] | None:
        """Params that mean "as it comes", to measure a study's gain against; None where there is no such
        thing.
        """
        return None

    def is_baseline(self, params: Mapping[str, Any]) -> bool:
        """Whether `params` configure the same thing as `baseline_params`, so that it need not be scored
        apart.
        """
        return False

    def family_of(self, params: Mapping[str, Any]) -> str | None:
        """In words, which of the things that the study compares `params` belong to; None where there is one
        kind of thing only.
        """
        return None

    @abstractmethod
    def describe(self) -> str:
        """One sentence in words on what will be evaluated and how."""

    @abstractmethod
    def evaluate(self, params: Mapping[str, Any], context: Context) -> Evaluation:
        """Evaluate `params`; called inside the training process. Any exception means a failed trial."""


@cache
def kinds() -> dict[str, type[Objective]]:
    """The kinds of objective by name: every module of `trials.objectives.kinds` that holds one is found."""
    from trials.objectives import kinds as package

    found = {}
    for module_info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{module_info.name}")
        found[module.KIND.kind] = module.KIND
    return found


PLANNED_KINDS = ("command", "python")


def parse(data: Mapping[str, Any]) -> Objective:
    """Make the objective that `data` (JSON) describes.

    Raises:
        ObjectiveError: naming the field, its value and the remedy.
    """
    if not isinstance(data, Mapping):
        raise ObjectiveError("", f"an objective is an object such as {{'kind': 'model', …}}, not {data!r}")
    kind = data.get("kind")
    if kind in PLANNED_KINDS:
        raise ObjectiveError(
            "kind", f"objectives of kind {kind!r} are not available yet; 'external' lets any code take part"
        )
    if not isinstance(kind, str) or kind not in kinds():
        raise ObjectiveError("kind", unknown("kind of objective", kind, kinds()))
    return kinds()[kind].from_dict(data)


def unknown(what: str, name: object, names: Iterable[str]) -> str:
    """The message for a name that is not among `names`: with close matches, else with all of them."""
    names = sorted(names)
    if name is None:
        return f"no {what} is given; choose one of {', '.join(names)}"
    other_case = [known for known in names if known.lower() == str(name).lower()]
    close = other_case or difflib.get_close_matches(str(name), names, n=3, cutoff=0.6)
    remedy = f"did you mean {' or '.join(close)}?" if close else f"choose one of {', '.join(names)}"
    return f"there is no {what} {name!r}: {remedy}"
