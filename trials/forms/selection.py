"""What can be chosen and what fits together: data, models, scores, functions; used by Draft and the page."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from optimizers.errors import SpaceError
from trials.engine.naming import number
from trials.objectives import ObjectiveError, parse
from trials.objectives.datasets import DatasetInfo, available_datasets, get_dataset
from trials.objectives.kinds.function import FUNCTIONS
from trials.objectives.models import ModelSpec, available_models
from trials.objectives.preparation import PrepStep, prep_space
from trials.objectives.scoring import Scorer, available_scorers, class_scored, measured_beside

from .space_rows import NUMERIC, Ranges, ranges_of
from .switching import Relation

TASKS = {"classification": "Classification", "regression": "Regression"}

Groups = list[tuple[str, list[tuple[str, str]]]]


def dataset_named(name: str) -> DatasetInfo | None:
    with suppress(ObjectiveError):
        return get_dataset(name)
    return None


def model_named(name: str) -> ModelSpec | None:
    return next((spec for spec in available_models() if spec.name == name), None)


def dataset_choices() -> Groups:
    """The data sets by task, each with its size."""
    by_task = {task: [info for info in available_datasets() if info.task == task] for task in TASKS}
    return [
        (TASKS[task], [(info.name, f"{info.name} · {info.facts}") for info in infos])
        for task, infos in by_task.items()
    ]


def model_choices(dataset: str) -> list[tuple[str, str]]:
    """The models that fit a data set."""
    info = dataset_named(dataset)
    return [(spec.name, spec.title) for spec in available_models() if info is None or spec.task == info.task]


def scorer_choices(dataset: str, models: Sequence[str]) -> list[tuple[str, str]]:
    """The scores that fit a data set and models, the usual one first."""
    info = dataset_named(dataset)
    specs = [spec for name in models if (spec := model_named(name)) is not None]
    return [(scorer.name, in_words(scorer)) for scorer in _scorers(info, specs)] if info else []


def positive_class(scoring: str, dataset: str) -> str:
    """The class of two that a score is about, "" where it is about both."""
    info = dataset_named(dataset)
    return class_scored(scoring, info) if info else ""


def in_words(scorer: Scorer) -> str:
    """A score's title without the note on its sign, which the form says in a sentence of its own."""
    return scorer.title.partition(" (negated")[0]


def fitting_scorers(info: DatasetInfo, models: Sequence[str]) -> tuple[Scorer, ...]:
    """The scores that fit a data set and the models of these names."""
    return _scorers(info, [spec for name in models if (spec := model_named(name)) is not None])


def _scorers(info: DatasetInfo, specs: Sequence[ModelSpec]) -> tuple[Scorer, ...]:
    return available_scorers(info, all(spec.probabilities for spec in specs))


def fitting(texts: Mapping[str, str]) -> dict[str, str]:
    """What must change so that the choices fit one another: models for the data, scores for all of them."""
    if texts.get("kind") == "function":
        return {} if texts.get("function") in FUNCTIONS else {"function": next(iter(FUNCTIONS))}
    info = dataset_named(texts.get("dataset", ""))
    wanted: dict[str, str] = {}
    if info is None:
        info = available_datasets()[0]
        wanted["dataset"] = info.name
    names = [texts.get("model", ""), *names_in(texts.get("also", ""))]
    specs = [spec for name in names if (spec := _fitting_model(name, info)) is not None]
    specs = list({spec.name: spec for spec in specs}.values()) or [available_models(info.task)[0]]
    wanted |= {"model": specs[0].name, "also": ",".join(spec.name for spec in specs[1:])}
    scores = [scorer.name for scorer in _scorers(info, specs)]
    scoring = texts.get("scoring", "")
    wanted["scoring"] = scoring if scoring in scores else scores[0]
    measures = [name for name in names_in(texts.get("measures", "")) if name in scores]
    wanted["measures"] = ",".join(name for name in measures if name != wanted["scoring"])
    if texts.get("goals"):
        beside = measured_beside(info.task, all(spec.probabilities for spec in specs))
        kept = [name for name in names_in(texts["goals"]) if name in scores or name in beside]
        wanted["goals"] = ",".join(name for name in kept if name != wanted["scoring"])
    return {name: text for name, text in wanted.items() if text != texts.get(name, "")}


def _fitting_model(name: str, info: DatasetInfo) -> ModelSpec | None:
    """The model, or its family's for the data; None for one that is not known."""
    spec = model_named(name)
    if spec is None or spec.task == info.task:
        return spec
    relatives = [each for each in available_models(info.task) if each.family == spec.family]
    return (relatives or list(available_models(info.task)))[0]


def names_in(text: str) -> list[str]:
    """The names of a list with commas, each once."""
    return list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def subject(objective: Mapping[str, Any]) -> str:
    """What decides on the default ranges, as text: models and data, or the function with its arguments."""
    if objective.get("kind") == "function":
        with suppress(ObjectiveError):  # what cannot be read yet is a subject as it is
            objective = parse(objective).to_dict()
        names = [name for name in objective if name != "fidelity"]
    else:
        names = ["kind", "models" if objective.get("models") else "model", "dataset"]
    return json.dumps({name: objective.get(name, "") for name in names} | _part_of(objective), sort_keys=True)


def _part_of(objective: Mapping[str, Any]) -> dict[str, Any]:
    """The fidelity of models in a subject: what it sets is no parameter."""
    fidelity = objective.get("fidelity")
    if objective.get("kind") != "model" or not isinstance(fidelity, Mapping) or not fidelity.get("name"):
        return {}
    return {"fidelity": {"name": fidelity["name"]}}


def objective_of(subject: str) -> dict[str, Any]:
    """The part of an objective that a subject holds; {} for a text that is none."""
    try:
        objective = json.loads(subject or "{}")
    except ValueError:
        return {}
    return objective if isinstance(objective, dict) else {}


def models_of(objective: Mapping[str, Any]) -> list[str]:
    """The names of the models an objective searches."""
    models = objective.get("models") or [objective.get("model", "")]
    return [str(name) for name in models] if isinstance(models, list) else []


def default_ranges(subject: str) -> Ranges | None:
    """The ranges of a subject's default space; None where there is none to know."""
    try:
        space = parse(objective_of(subject)).default_space()
    except (ObjectiveError, SpaceError):
        return None
    return ranges_of(space.to_dict()) if space else None


def no_limits(subject: str) -> dict[str, str]:
    """Defaults of a model's ranges, by parameter, that stand for no limit: scikit-learn's own is None."""
    ranges = default_ranges(subject) or Ranges()
    names = models_of(objective_of(subject))
    return {
        row.name: row.default
        for row in ranges.rows
        if row.type in NUMERIC
        and row.default
        and row.default == row.high
        and _own_default(row.name, names) is None
    }


def _own_default(parameter: str, models: Sequence[str]) -> Any:
    """scikit-learn's default of a parameter; "" for one that no model has."""
    prefix, _, rest = parameter.partition("__")
    model, name = (prefix, rest) if prefix in models else (models[0] if models else "", parameter)
    spec = model_named(model)
    return spec.defaults.get(name, "") if spec else ""


def titled(subject: str) -> str:
    """The subject's name for a sentence: "random forest", "branin", "three models"."""
    objective = objective_of(subject)
    specs = [model_named(name) for name in models_of(objective)]
    if len(specs) > 1:
        return f"{number(len(specs))} models"
    spec = specs[0] if specs else None
    return lowered(spec.title) if spec else str(objective.get("name", "what was chosen before"))


def made_for(subject: str) -> str:
    """A subject in a few words: "random forest on iris", "branin"; "" for none."""
    objective = objective_of(subject)
    if not objective.get("kind"):
        return ""
    dataset = str(objective.get("dataset", "")).replace("_", " ")
    return f"{titled(subject)} on {dataset}" if dataset else titled(subject)


def preparations(objective: Mapping[str, Any]) -> tuple[PrepStep, ...]:
    """The steps of preprocessing that make sense for an objective's data and models."""
    info = dataset_named(str(objective.get("dataset", "")))
    specs = [spec for name in models_of(objective) if (spec := model_named(name)) is not None]
    return prep_space(info, specs) if info and specs else ()


def relation(before: str, after: str) -> Relation:
    """Whether two subjects are the same models or function, of one family, or strangers."""
    old, new = objective_of(before), objective_of(after)
    if old.get("kind") != new.get("kind"):
        return "other"
    if (models_of(old), old.get("name")) == (models_of(new), new.get("name")):
        return "same"
    if old.get("models") and new.get("models"):
        return "family"  # parameters of a model that stays keep their names
    if old.get("models") or new.get("models"):
        return "other"
    specs = [model_named(models_of(objective)[0]) for objective in (old, new)]
    families = {spec.family if spec else None for spec in specs}
    return "family" if len(families) == 1 and None not in families else "other"


def lowered(title: str) -> str:
    """A title inside a sentence: "Random forest" is "random forest", "SVM" and "R²" stay."""
    return title[:1].lower() + title[1:] if title[1:2].islower() or title[1:2] in " -" else title


def function_summary(name: str) -> str:
    return FUNCTIONS[name].summary if name in FUNCTIONS else ""
