"""A study given as JSON as the texts of the form, and the study the form begins with; for drafts."""

import secrets
from collections.abc import Mapping
from typing import Any

from trials.objectives.datasets import available_datasets
from trials.objectives.kinds.function import FUNCTIONS
from trials.objectives.resources import ROWS

from . import goals, numbers
from .durations import in_units
from .fields import percent
from .new_study import DEFAULT_FOLDS, DEFAULT_SHARE, NO_RULE, turned
from .options import argument_key, methods, option_key, rule_key, written
from .selection import models_of

#: How many failed trials in a row end a study that the form begins.
OFFERED_FAILURES = 20


def texts_of(study: Mapping[str, Any]) -> dict[str, str]:
    """The fields' texts that say a study given as JSON; rows aside."""
    objective, budget = study["objective"], study.get("budget") or {}
    optimizer = study.get("optimizer") or {}
    optimizer = {"name": optimizer} if isinstance(optimizer, str) else optimizer
    texts = {"name": study.get("name", ""), "kind": objective.get("kind", "")}
    texts["optimizer"] = optimizer.get("name", "auto")
    texts |= {
        option_key(optimizer.get("name", "auto"), name): written(value)
        for name, value in optimizer.items()
        if name != "name" and value is not None
    }
    texts |= _rule_texts(study.get("stopping") or {}, objective)
    for name in ("trials", "patience", "regret", "failures", "full_trainings"):
        texts |= {name: numbers.typed(budget[name])} if budget.get(name) is not None else {}
    if budget.get("target") is not None:
        negated = str(objective.get("scoring", "")).startswith("neg_")
        texts["target"] = numbers.typed(turned(budget["target"], negated))
    texts |= {"tags": ", ".join(study["tags"])} if study.get("tags") else {}
    earlier = study.get("warm_start")
    texts |= {"warm_start": ",".join(map(str, earlier))} if isinstance(earlier, list) and earlier else {}
    texts |= {"time": in_units(budget["seconds"])} if budget.get("seconds") is not None else {}
    texts |= {name: str(study[name]) for name in ("parallelism", "seed") if study.get(name) is not None}
    texts |= _fidelity_texts(objective.get("fidelity"))
    texts |= goals.limit_texts(study.get("constraints") or ())
    if objective.get("kind") == "model":
        texts["goals"] = ",".join((study.get("metrics") or ())[1:])
    return texts | (
        _function_texts(objective) if objective.get("kind") == "function" else _model_texts(objective)
    )


def _rule_texts(stopping: Mapping[str, Any] | str, objective: Mapping[str, Any]) -> dict[str, str]:
    stopping = {"name": stopping} if isinstance(stopping, str) else stopping
    rule = str(stopping.get("name", NO_RULE))
    told = {name: value for name, value in stopping.items() if name != "name" and value is not None}
    if isinstance(told.get("threshold"), int | float):
        negated = str(objective.get("scoring", "")).startswith("neg_")
        told["threshold"] = turned(told["threshold"], negated)
    return {"rule": rule} | {rule_key(rule, name): written(value) for name, value in told.items()}


def _fidelity_texts(fidelity: Any) -> dict[str, str]:
    """The name and the ends of a fidelity; one that is no object is left to the check of the study."""
    if not isinstance(fidelity, Mapping):
        return {}
    shares = fidelity.get("name") == ROWS
    ends = {f"fidelity_{end}": fidelity.get(end) for end in ("min", "max")}
    told = {name: percent(value) if shares else numbers.typed(value) for name, value in ends.items() if value}
    return told | {"fidelity": str(fidelity.get("name") or "")}


def _function_texts(objective: Mapping[str, Any]) -> dict[str, str]:
    name = objective.get("name", "")
    arguments = FUNCTIONS[name].arguments if name in FUNCTIONS else ()
    given = {argument.name: objective[argument.name] for argument in arguments if argument.name in objective}
    return {"function": name} | {argument_key(name, key): written(value) for key, value in given.items()}


def _model_texts(objective: Mapping[str, Any]) -> dict[str, str]:
    models = models_of(objective)
    texts = {name: str(objective.get(name) or "") for name in ("dataset", "dataset_version", "scoring")}
    texts |= {"model": models[0], "also": ",".join(models[1:])}
    texts["measures"] = ",".join(objective.get("measures") or ())
    validation = objective.get("validation", {})
    texts["validation"] = validation.get("kind", "kfold")
    texts["folds"] = str(validation.get("folds", DEFAULT_FOLDS))
    texts["repeats"] = str(validation.get("repeats", 1))
    texts["hold_out"] = percent(validation.get("share", DEFAULT_SHARE))
    kept = objective.get("test_share", DEFAULT_SHARE)
    return texts | {"test_share": percent(kept or DEFAULT_SHARE)} | ({"keep_aside": "on"} if kept else {})


def first_study(slots: int) -> dict[str, Any]:
    """What the form starts from: a data set and a model that train within a second, and a moderate budget."""
    return {
        "objective": {
            "kind": "model",
            "dataset": available_datasets()[0].name,
            "model": "random_forest_classifier",
        },
        "optimizer": {"name": "auto" if "auto" in methods() else methods()[0]},
        "budget": {"trials": 50, "failures": OFFERED_FAILURES},
        "parallelism": max(1, slots),
        "seed": secrets.randbelow(100_000),
    }
