"""Which stopping rules suit the study that is being written, and which of them is suggested; for its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from optimizers import early_stopping
from optimizers.early_stopping import Horizon
from trials.engine.early_stopping import horizon_of
from trials.objectives import ObjectiveError, parse

from .new_study import NO_RULE

#: From so many folds on, ranks of paired folds say enough.
MANY_FOLDS = 8


@dataclass(frozen=True)
class RuleChoice:
    """One rule as an option card."""

    name: str
    title: str
    summary: str
    suggested: bool


@dataclass(frozen=True)
class RuleChoices:
    """The rules that understand what the study's trials report; none where there is nothing to stop."""

    rules: tuple[RuleChoice, ...]
    sentence: str


def rule_choices(objective: Mapping[str, Any]) -> RuleChoices:
    """What can be chosen for an objective, as far as its JSON can be read."""
    try:
        horizon = horizon_of(parse(objective).to_dict(), {})
    except ObjectiveError:
        return RuleChoices((), "What can be stopped shows once the steps above are filled in.")
    if horizon is None:
        return RuleChoices((), _nothing_to_stop(objective))
    usual = suggested(horizon)
    names = [name for name in early_stopping.available() if horizon.kind in early_stopping.get(name).fits]
    names.sort(key=lambda name: (name != usual, name))
    rules = [early_stopping.get(name) for name in names]
    cards = [RuleChoice(rule.name, rule.title, rule.summary, rule.name == usual) for rule in rules]
    none = RuleChoice(NO_RULE, "Nothing is stopped", "Every trial is trained to its end.", suggested=False)
    unit = f"{horizon.total:g} folds" if horizon.kind == "folds" else f"up to {horizon.total:g} steps"
    return RuleChoices((none, *cards), f"A trial has {unit}; the rule is asked after each of them.")


def suggested(horizon: Horizon) -> str:
    """The rule that suits such reports."""
    if horizon.kind == "folds":
        return "wilcoxon" if (horizon.total or 0) >= MANY_FOLDS else "race"
    return "median"


def _nothing_to_stop(objective: Mapping[str, Any]) -> str:
    if objective.get("kind") == "function":
        return "This function gives its value at once: there is nothing to stop."
    return "A hold-out gives one score at the end: there is nothing to stop. Cross-validation can be stopped."
