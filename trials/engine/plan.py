"""Check what a person asks for and fill in what they left out, before any row is written."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import optimizers
from optimizers import OptimizerError
from optimizers.errors import OptionError, SpaceError, UnknownOptimizer
from trials.models import Study
from trials.objectives.base import Objective, ObjectiveError, parse, unknown

from .border import unstorable
from .budget import DEFAULT_TRIALS, check_budget, check_several
from .early_stopping import check_stopping
from .findings import Findings, StudyError, shown, whole
from .goals import Goals, check_goals
from .memory import hints
from .naming import what_is_searched
from .warm_start import Earlier, check_warm_start

__all__ = ["DEFAULT_TRIALS", "StudyError", "StudyPlan", "check_study"]

KEYS = (
    "name", "objective", "space", "optimizer", "metrics", "directions", "constraints",
    "budget", "parallelism", "seed", "stopping", "warm_start", "tags",
)  # fmt: skip
MOST_PARALLEL = 1024
EXTERNAL_PARALLEL = 64
MOST_TAGS = 20
LONGEST_TAG = 40


@dataclass(frozen=True)
class StudyPlan:
    """A complete and valid study, not yet stored."""

    name: str
    objective: Objective
    space: optimizers.Space
    optimizer: dict[str, Any]
    goals: Goals
    budget: dict[str, Any]
    parallelism: int
    seed: int
    tags: list[str]
    warm_start: tuple[Earlier, ...] = ()
    stopping: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The study as JSON, every default filled in: the body of POST /studies that makes it again."""
        return {
            "name": self.name,
            "objective": self.objective.to_dict(),
            "space": self.space.to_dict(),
            "optimizer": self.optimizer,
            "metrics": self.metrics,
            "directions": self.directions,
            "constraints": self.constraints,
            "budget": self.budget,
            "parallelism": self.parallelism,
            "seed": self.seed,
            "tags": self.tags,
            "warm_start": [earlier.source for earlier in self.warm_start],
            **({"stopping": self.stopping} if self.stopping else {}),
        }

    @property
    def metrics(self) -> list[str]:
        return self.goals.metrics

    @property
    def directions(self) -> list[str]:
        return self.goals.directions

    @property
    def constraints(self) -> list[dict[str, Any]]:
        return self.goals.constraints

    @property
    def baseline(self) -> dict[str, Any] | None:
        """Params of a baseline to score apart; None where trial 0 is the default, or there is none."""
        if self.objective.baseline_params() is None:
            return None
        partly = self.optimizer["name"] == "grid" or trains_in_parts(self.objective, self.optimizer["name"])
        first = None if partly else self.space.default()
        if first is not None and self.objective.is_baseline(first):
            return None
        return self.objective.baseline_params()


def check_study(data: Mapping[str, Any]) -> StudyPlan:
    """Validate a study's JSON and fill in its defaults.

    Raises:
        StudyError: with a message for every field that is wrong.
    """
    found = Findings()
    if not isinstance(data, Mapping):
        raise StudyError({"": ["a study is an object such as {“objective”: {…}}"]})
    if unstored := unstorable(data):
        raise StudyError(unstored)
    for key in data:
        if key not in KEYS:
            found.add(str(key)[:100], unknown("field", key, KEYS))
    objective = _objective(data, found)
    space = _space(data, objective, found)
    goals = None
    if objective is not None:
        objective, goals = check_goals(data, objective, found)
    parallelism = whole(data, "parallelism", _default_parallelism(objective), 1, MOST_PARALLEL, found)
    seed = whole(data, "seed", secrets.randbelow(2**31), 0, 2**63 - 1, found)
    found.stop_if_any()
    assert objective is not None
    assert space is not None
    assert goals is not None
    optimizer = _optimizer(data, space, objective.to_dict(), seed, parallelism, found, len(goals.metrics))
    method = optimizer.get("name", "")
    in_parts = trains_in_parts(objective, method)
    budget = check_budget(data.get("budget") or None, space, method, found, in_parts)
    check_several(budget, len(goals.metrics), found)
    name = (
        check_name(data["name"], found)
        if data.get("name") not in (None, "")
        else what_is_searched(objective.to_dict())
    )
    tags = check_tags(data.get("tags"), found)
    stopping = check_stopping(
        data.get("stopping"), objective.to_dict(), goals.metrics, goals.directions, found
    )
    earlier = check_warm_start(data.get("warm_start"), space, goals, found)
    found.stop_if_any()
    return StudyPlan(
        name, objective, space, optimizer, goals, budget, parallelism, seed, tags, earlier, stopping
    )


def trains_in_parts(objective: Objective, method: str) -> bool:
    """Whether the method gives trials parts of the training, where the objective has such."""
    known = method in optimizers.available() and optimizers.registry.get(method).uses_fidelity
    return objective.fidelity is not None and known


def _objective(data: Mapping[str, Any], found: Findings) -> Objective | None:
    if "objective" not in data:
        found.add("objective", 'an objective is needed, for example {"kind": "function", "name": "branin"}')
        return None
    try:
        return parse(data["objective"])
    except ObjectiveError as error:
        found.add(f"objective.{error.field}" if error.field else "objective", error.message)
        return None


def _space(data: Mapping[str, Any], objective: Objective | None, found: Findings) -> optimizers.Space | None:
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


def check_new_space(study: Study, space_json: Any) -> optimizers.Space:
    """Validate another space for a study that is there.

    Raises:
        StudyError: with a message for every field that is wrong; also where the optimizer cannot use it.
    """
    found = Findings()
    if unstored := unstorable({"space": space_json}):
        raise StudyError(unstored)
    if space_json is None:
        found.add("space", 'a space is an object such as {"parameters": […]}')
    objective = _objective({"objective": study.objective}, found)
    space = None if found.fields else _space({"space": space_json}, objective, found)
    found.stop_if_any()
    assert space is not None
    given, objectives = {"optimizer": study.optimizer}, len(study.metrics)
    _optimizer(given, space, study.objective, study.seed, study.parallelism, found, objectives)
    found.stop_if_any()
    return space


def _default_parallelism(objective: Objective | None) -> int:
    return 1 if objective is None or objective.trained_here else EXTERNAL_PARALLEL


def _optimizer(
    data: Mapping[str, Any],
    space: optimizers.Space,
    objective: Mapping[str, Any],
    seed: int,
    parallelism: int,
    found: Findings,
    objectives: int,
) -> dict[str, Any]:
    chosen = data.get("optimizer") or {"name": "auto"}
    if isinstance(chosen, str):
        chosen = {"name": chosen}
    if not isinstance(chosen, Mapping) or not isinstance(chosen.get("name", "auto"), str):
        found.add("optimizer", f'an optimizer is an object such as {{"name": "auto"}}, not {shown(chosen)}')
        return {}
    options = {str(key): value for key, value in chosen.items() if key != "name"}
    name = chosen.get("name", "auto")
    try:
        told = {"seed": seed, "parallelism": parallelism, "objectives": objectives} | hints(objective, {})
        optimizers.create(name, space, **told, **options)
    except UnknownOptimizer as error:
        found.add("optimizer.name", str(error))
    except OptionError as error:
        option = "name" if error.option == "objectives" else error.option
        found.add(f"optimizer.{option}" if option else "optimizer", str(error))
    except SpaceError as error:
        parts = ["space", *(["parameters", error.parameter] if error.parameter else [])]
        found.add(".".join([*parts, *([error.field] if error.field else [])]), error.problem)
    except (OptimizerError, TypeError) as error:
        found.add("optimizer", str(error))
    return {"name": name, **options}


def check_name(name: Any, found: Findings) -> str:
    """A study's name without the blanks around it; a wrong one is noted."""
    if not isinstance(name, str) or len(name.strip()) > 200 or not name.strip():
        found.add("name", "a name is a text of 1 to 200 characters")
        return ""
    if not name.isprintable():
        found.add("name", "the name contains characters that cannot be shown; type it anew")
    return name.strip()


def check_tags(tags: Any, found: Findings) -> list[str]:
    """The tags, each once, in the order given; wrong ones are noted."""
    if tags is None:
        return []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        found.add("tags", f'tags are a list of texts such as ["baseline"], not {shown(tags)}')
        return []
    kept: dict[str, str] = {}
    for tag in filter(None, map(str.strip, tags)):
        kept.setdefault(tag.casefold(), tag)
    for tag in kept.values():
        if len(tag) > LONGEST_TAG or not tag.isprintable() or "," in tag:
            found.add("tags", f"“{tag[:LONGEST_TAG]}” is no tag: up to {LONGEST_TAG} letters, no comma")
    if len(kept) > MOST_TAGS:
        found.add("tags", f"{len(kept)} tags are too many; keep the {MOST_TAGS} that help to find it")
    return list(kept.values())
