"""Check what a person asks for and fill in what they left out, before any row is written."""

import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import optimizers
from optimizers import OptimizerError
from optimizers.errors import OptionError, SpaceError, UnknownOptimizer
from trials.objectives.base import Objective, ObjectiveError, parse, unknown

from .border import unstorable

KEYS = (
    "name", "objective", "space", "optimizer", "metrics", "directions", "constraints",
    "budget", "parallelism", "seed", "stopping", "warm_start",
)  # fmt: skip
#: Accepted only when empty, until they do something.
RESERVED = ("constraints", "stopping", "warm_start")
BUDGET = ("trials", "seconds", "target", "patience")
BUDGET_LATER = ("full_trainings", "regret")
DEFAULT_TRIALS = 50
MOST_TRIALS = 10_000_000
MOST_PARALLEL = 1024
EXTERNAL_PARALLEL = 64


class StudyError(ValueError):
    """A study that cannot be made; `fields` maps dotted field names to messages for a person."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        self.fields = fields
        super().__init__("; ".join(f"{name}: {' '.join(texts)}" for name, texts in fields.items()))


@dataclass(frozen=True)
class StudyPlan:
    """A complete and valid study, not yet stored."""

    name: str
    objective: Objective
    space: optimizers.Space
    optimizer: dict[str, Any]
    metrics: list[str]
    directions: list[str]
    budget: dict[str, Any]
    parallelism: int
    seed: int

    def to_dict(self) -> dict[str, Any]:
        """The study as JSON, every default filled in: the body of POST /studies that makes it again."""
        return {
            "name": self.name,
            "objective": self.objective.to_dict(),
            "space": self.space.to_dict(),
            "optimizer": self.optimizer,
            "metrics": self.metrics,
            "directions": self.directions,
            "budget": self.budget,
            "parallelism": self.parallelism,
            "seed": self.seed,
        }

    @property
    def baseline(self) -> dict[str, Any] | None:
        """Params of a baseline to score apart; None where trial 0 is the default, or there is none."""
        if self.objective.baseline_params() is None:
            return None
        first = None if self.optimizer["name"] == "grid" else self.space.default()
        if first is not None and self.objective.is_baseline(first):
            return None
        return self.objective.baseline_params()


class _Findings:
    """Collects every error of one study, so that all are shown at once."""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}

    def add(self, field: str, message: str) -> None:
        self.fields.setdefault(field, []).append(message)

    def stop_if_any(self) -> None:
        if self.fields:
            raise StudyError(self.fields)


def check_study(data: Mapping[str, Any]) -> StudyPlan:
    """Validate a study's JSON and fill in its defaults.

    Raises:
        StudyError: with a message for every field that is wrong.
    """
    found = _Findings()
    if not isinstance(data, Mapping):
        raise StudyError({"": ["a study is an object such as {“objective”: {…}}"]})
    if unstored := unstorable(data):
        raise StudyError(unstored)
    for key in data:
        if key not in KEYS:
            found.add(str(key)[:100], unknown("field", key, KEYS))
    for key in RESERVED:
        if data.get(key):
            found.add(key, f"“{key}” is not available yet; leave it out")
    objective = _objective(data, found)
    space = _space(data, objective, found)
    metrics, directions = _metrics(data, objective, found)
    parallelism = _whole(data, "parallelism", _default_parallelism(objective), 1, MOST_PARALLEL, found)
    seed = _whole(data, "seed", secrets.randbelow(2**31), 0, 2**63 - 1, found)
    found.stop_if_any()
    assert objective is not None
    assert space is not None
    optimizer = _optimizer(data, space, seed, parallelism, found)
    budget = _budget(data, space, optimizer.get("name", ""), found)
    name = _name(data, objective, found)
    found.stop_if_any()
    return StudyPlan(name, objective, space, optimizer, metrics, directions, budget, parallelism, seed)


def _objective(data: Mapping[str, Any], found: _Findings) -> Objective | None:
    if "objective" not in data:
        found.add("objective", 'an objective is needed, for example {"kind": "function", "name": "branin"}')
        return None
    try:
        return parse(data["objective"])
    except ObjectiveError as error:
        found.add(f"objective.{error.field}" if error.field else "objective", error.message)
        return None


def _space(data: Mapping[str, Any], objective: Objective | None, found: _Findings) -> optimizers.Space | None:
    if data.get("space") is None:
        space = objective.default_space() if objective else None
        if space is None and objective is not None:
            found.add("space", "a space is needed: only you know what your code can be given")
        return space
    try:
        space = optimizers.Space.from_dict(data["space"])
        if objective is not None:
            objective.check_space(space)
        return space
    except SpaceError as error:
        parts = ["space", *(["parameters", error.parameter] if error.parameter else [])]
        found.add(".".join([*parts, *([error.field] if error.field else [])]), error.problem)
    except OptimizerError as error:
        found.add("space", str(error))
    except ObjectiveError as error:
        name = error.field.removeprefix("space").removeprefix(".")
        found.add(f"space.parameters.{name}" if name else "space", error.message)
    return None


def _metrics(
    data: Mapping[str, Any], objective: Objective | None, found: _Findings
) -> tuple[list[str], list[str]]:
    if objective is None:
        return [], []
    metrics = data.get("metrics") or list(objective.metrics)
    directions = data.get("directions") or list(objective.directions)
    if not _texts(metrics) or not _texts(directions):
        found.add(
            "metrics", 'metrics and directions are lists of texts, such as ["accuracy"] and ["maximize"]'
        )
        return [], []
    if len(metrics) != len(directions):
        found.add("directions", f"{len(directions)} directions for {len(metrics)} metrics: give one each")
    elif len(metrics) > 1:
        found.add("metrics", f"several objectives are not available yet; choose one of {', '.join(metrics)}")
    for direction in directions:
        if direction not in {"minimize", "maximize"}:
            found.add("directions", f"“{direction}” is no direction; choose minimize or maximize")
    if objective.trained_here:
        if metrics != list(objective.metrics):
            found.add(
                "metrics", f"this objective measures {', '.join(objective.metrics)}, not {', '.join(metrics)}"
            )
        elif directions != list(objective.directions):
            found.add("directions", f"{metrics[0]} is to {objective.directions[0]}, not to {directions[0]}")
    return list(metrics), list(directions)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) and item for item in value)


def _default_parallelism(objective: Objective | None) -> int:
    return 1 if objective is None or objective.trained_here else EXTERNAL_PARALLEL


def _whole(
    data: Mapping[str, Any], key: str, default: int, low: int, high: int, found: _Findings, prefix: str = ""
) -> int:
    value = data.get(key)
    if value is None:
        return default
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        found.add(prefix + key, f"{key} must be a whole number from {low} to {high}, not {_shown(value)}")
        return default
    return value


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _optimizer(
    data: Mapping[str, Any], space: optimizers.Space, seed: int, parallelism: int, found: _Findings
) -> dict[str, Any]:
    chosen = data.get("optimizer") or {"name": "auto"}
    if isinstance(chosen, str):
        chosen = {"name": chosen}
    if not isinstance(chosen, Mapping) or not isinstance(chosen.get("name", "auto"), str):
        found.add("optimizer", f'an optimizer is an object such as {{"name": "auto"}}, not {_shown(chosen)}')
        return {}
    options = {str(key): value for key, value in chosen.items() if key != "name"}
    name = chosen.get("name", "auto")
    try:
        optimizers.create(name, space, seed=seed, parallelism=parallelism, **options)
    except UnknownOptimizer as error:
        found.add("optimizer.name", str(error))
    except OptionError as error:
        found.add(f"optimizer.{error.option}" if error.option else "optimizer", str(error))
    except SpaceError as error:
        parts = ["space", *(["parameters", error.parameter] if error.parameter else [])]
        found.add(".".join([*parts, *([error.field] if error.field else [])]), error.problem)
    except (OptimizerError, TypeError) as error:
        found.add("optimizer", str(error))
    return {"name": name, **options}


def _budget(
    data: Mapping[str, Any], space: optimizers.Space, method: str, found: _Findings
) -> dict[str, Any]:
    """The budget; a finite space bounds its number of trials, so that progress is honest."""
    given = data.get("budget") or {}
    if not isinstance(given, Mapping):
        found.add("budget", f'a budget is an object such as {{"trials": 50}}, not {_shown(given)}')
        return {}
    for key, value in given.items():
        if key in BUDGET_LATER and value is not None:
            found.add(f"budget.{key}", f"“{key}” is not available yet; leave it out")
        elif key not in BUDGET:
            found.add(f"budget.{key}", unknown("budget", key, BUDGET))
    budget: dict[str, Any] = {key: given[key] for key in BUDGET if given.get(key) is not None}
    for key in ("trials", "patience"):
        if key in budget:
            budget[key] = _whole(budget, key, 1, 1, MOST_TRIALS, found, prefix="budget.")
    for key, low in (("seconds", 0.0), ("target", -math.inf)):
        if key in budget and not _finite(budget[key], low):
            found.add(f"budget.{key}", f"{key} must be a finite number, not {_shown(budget[key])}")
    most = _configurations(space, method)
    if "trials" in budget or not budget or math.isfinite(most):
        asked = budget.get("trials", math.inf if method == "grid" or budget else DEFAULT_TRIALS)
        trials = min(asked, most)
        if math.isfinite(trials):
            budget["trials"] = int(trials)
    return budget


def _configurations(space: optimizers.Space, method: str) -> float:
    if method != "grid":
        return space.size
    try:
        return space.grid_size
    except SpaceError:  # reported by the optimizer already
        return math.inf


def _finite(value: Any, above: float) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) < 1e300
        and math.isfinite(value)
        and value > above
    )


def _name(data: Mapping[str, Any], objective: Objective, found: _Findings) -> str:
    name = data.get("name")
    if name is None or name == "":
        return default_name(objective)
    if not isinstance(name, str) or len(name.strip()) > 200 or not name.strip():
        found.add("name", "a name is a text of 1 to 200 characters")
        return ""
    if not name.isprintable():
        found.add("name", "the name contains characters that cannot be shown; type it anew")
    return name.strip()


def default_name(objective: Objective) -> str:
    """A name in words for a study that was given none."""
    data = objective.to_dict()
    match objective.kind:
        case "model":
            model = str(data["model"]).removesuffix("_classifier").removesuffix("_regressor")
            return f"{model.replace('_', ' ').capitalize()} on {str(data['dataset']).replace('_', ' ')}"
        case "function":
            return str(data["name"]).replace("_", " ").capitalize()
        case kind:
            return f"{kind.capitalize()} study"
