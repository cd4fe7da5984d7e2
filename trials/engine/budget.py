"""A study's budget: which limits there are, and what a space or the results so far say about them."""

import math
from collections.abc import Mapping
from typing import Any

import optimizers
from optimizers.errors import SpaceError
from trials.objectives.base import unknown

from .findings import Findings, finite, shown, whole

LIMITS = ("trials", "full_trainings", "seconds", "target", "patience", "regret", "failures")
DEFAULT_TRIALS = 50
MOST_TRIALS = 10_000_000
#: A budget that only says when to give up does not bound the search.
UNBOUNDED = {"failures"}


def check_budget(
    given: Any, space: optimizers.Space, method: str, found: Findings, in_parts: bool = False
) -> dict[str, Any]:
    """A new study's budget; a finite space bounds its number of trials, so that progress is honest.

    `in_parts`: trials get parts of the training, and a configuration several of them; what counts then are
    full trainings.
    """
    budget = check_limits(given, found)
    bounded = bool(budget.keys() - UNBOUNDED)
    if in_parts:
        return budget if bounded else {"full_trainings": DEFAULT_TRIALS} | budget
    most = configurations(space, method)
    if "trials" in budget or not bounded or math.isfinite(most):
        asked = budget.get("trials", math.inf if method == "grid" or bounded else DEFAULT_TRIALS)
        trials = min(asked, most)
        if math.isfinite(trials):
            budget["trials"] = int(trials)
    return budget


def check_limits(given: Any, found: Findings) -> dict[str, Any]:
    """The limits that are given, each checked by itself; null means that there is none."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        found.add("budget", f'a budget is an object such as {{"trials": 50}}, not {shown(given)}')
        return {}
    for key in given:
        if key not in LIMITS:
            found.add(f"budget.{key}", unknown("budget", key, LIMITS))
    budget: dict[str, Any] = {key: given[key] for key in LIMITS if given.get(key) is not None}
    for key in ("trials", "patience", "failures"):
        if key in budget:
            budget[key] = whole(budget, key, 1, 1, MOST_TRIALS, found, prefix="budget.")
    for key, low in (("seconds", 0.0), ("full_trainings", 0.0), ("target", -math.inf), ("regret", 0.0)):
        if key in budget and not finite(budget[key], low):
            more = "" if math.isinf(low) else " above 0"
            found.add(f"budget.{key}", f"{key} must be a finite number{more}, not {shown(budget[key])}")
    return budget


def check_several(budget: Mapping[str, Any], objectives: int, found: Findings) -> None:
    """With several objectives there is no one value that could reach a target or gain no more."""
    if objectives > 1 and "regret" in budget:
        found.add(
            "budget.regret",
            f"what is left to gain is told of one metric, and this study has {objectives} objectives: "
            "give trials, seconds or patience",
        )
    for key, what in (("target", "a target is one value"), ("regret", "regret is about one value")):
        if objectives > 1 and key in budget:
            found.add(
                f"budget.{key}",
                f"{what}, and this study has {objectives} objectives: give trials, seconds or patience, "
                "or put a limit on a metric",
            )


def configurations(space: optimizers.Space, method: str) -> float:
    """How many configurations the method can try; infinite with a continuous parameter."""
    if method != "grid":
        return space.size
    try:
        return space.grid_size
    except SpaceError:  # reported by the optimizer already
        return math.inf
