"""The objective of kind "model": a model of the catalogue on a data set, scored by cross-validation or a
hold-out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from optimizers import Space
from trials.objectives import partial
from trials.objectives.base import (
    Context,
    Evaluation,
    Fidelity,
    Metric,
    Objective,
    ObjectiveError,
    Part,
)
from trials.objectives.catalogue import ModelSpec, available_models, get_model
from trials.objectives.datasets import DatasetInfo, get_dataset, load
from trials.objectives.families import check_joint_space, chosen, joint_field, joint_space
from trials.objectives.fields import Fields
from trials.objectives.partial import Plan, whole_units
from trials.objectives.recipe import Call
from trials.objectives.resources import (
    Resource,
    check_resource,
    read_fidelity,
    resource_of,
    without_argument,
)
from trials.objectives.scoring import (
    DEFAULT_SCORING,
    SCORERS,
    Scorer,
    available_scorers,
    get_scorer,
    measured_beside,
)
from trials.objectives.seeds import Purpose, seed_for
from trials.objectives.source import assigned
from trials.objectives.validation import (
    Validation,
    cross_validate,
    folds_of,
    read_test_share,
    read_validation,
    split_test,
    test_rows,
)

FIELDS = (
    "kind", "model", "models", "dataset", "dataset_version", "scoring", "measures", "validation",
    "test_share", "fidelity",
)  # fmt: skip
MOST_MEASURES = 20


class ModelObjective(Objective):
    """{"kind": "model", "model": …, "dataset": …, "scoring": …, "validation": {…}, "test_share": 0.2}.

    "models": […] instead of "model" searches several families at once; "measures": […] are further scorers,
    measured for every trial beside the one that is optimized; "fidelity": {"name": …, "min": …, "max": …}
    lets trials be trained in parts.
    """

    kind = "model"
    ground = "scikit-learn"

    def __init__(
        self,
        models: Sequence[ModelSpec],
        dataset: DatasetInfo,
        scorer: Scorer,
        measures: Sequence[Scorer],
        validation: Validation,
        test_share: float,
        fidelity: Fidelity | None = None,
        *,
        several: bool,
    ) -> None:
        names = [model.name for model in models]
        super().__init__(
            {
                "kind": self.kind,
                **({"models": names} if several else {"model": names[0]}),
                "dataset": dataset.name,
                **({} if dataset.version is None else {"dataset_version": dataset.version}),
                "scoring": scorer.name,
                **({"measures": [measure.name for measure in measures]} if measures else {}),
                "validation": validation.to_dict(),
                "test_share": test_share,
                **({"fidelity": fidelity.to_dict()} if fidelity else {}),
            }
        )
        self.models, self.several = tuple(models), several
        self.dataset, self.scorer, self.measures = dataset, scorer, tuple(measures)
        self.validation, self.test_share, self.fidelity = validation, test_share, fidelity
        self.metrics = (scorer.name,)
        self.directions = ("maximize",)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ModelObjective:
        fields = Fields(data)
        fields.only(FIELDS)
        dataset = get_dataset(fields.data.get("dataset"), fields.data.get("dataset_version"))
        several = "models" in fields.data
        models = read_models(fields, dataset) if several else [read_model(fields, dataset)]
        probabilities = all(model.probabilities for model in models)
        scorer = get_scorer(fields.data.get("scoring", DEFAULT_SCORING[dataset.task]), dataset, probabilities)
        measures = [
            get_scorer(name, dataset, probabilities, "measures")
            for name in fields.texts("measures", "scorers", MOST_MEASURES)
            if name != scorer.name
        ]
        test_share = read_test_share(fields, dataset)
        validation = read_validation(data.get("validation"), dataset, test_share, scorer)
        given = fields.data.get("fidelity")
        fidelity = None if given is None else read_fidelity(given, models, validation)
        return cls(models, dataset, scorer, measures, validation, test_share, fidelity, several=several)

    @property
    def metric_titles(self) -> tuple[str, ...]:
        return (self.scorer.title,)

    @property
    def measurable(self) -> dict[str, Metric]:
        """Every score that fits data and models, and what is measured beside: errors, times, sizes."""
        scorers = available_scorers(self.dataset, self.probabilities)
        scores = {scorer.name: Metric(scorer.name, scorer.title, "maximize") for scorer in scorers}
        return super().measurable | scores | measured_beside(self.dataset.task, self.probabilities)

    def measuring(self, names: Sequence[str]) -> ModelObjective:
        """Scored by the first of `names`; further scores among them are measures."""
        super().measuring(names)
        scoring = names[0]
        if scoring not in SCORERS:
            begin = f"begin with what the folds are scored by, such as {self.scorer.name}"
            raise ObjectiveError(scoring, f"{scoring} is no score: {begin}")
        known = {scoring, *(measure.name for measure in self.measures)}
        new = [name for name in dict.fromkeys(names) if name in SCORERS and name not in known]
        if scoring == self.scorer.name and not new:
            return self
        measures = [*self.data.get("measures", ()), *new]
        return self.from_dict(self.data | {"scoring": scoring, "measures": measures})

    @property
    def probabilities(self) -> bool:
        """Whether every model gives probabilities."""
        return all(model.probabilities for model in self.models)

    @property
    def title(self) -> str:
        """What is searched, in words: one model, or several."""
        titles = [model.title for model in self.models]
        return (
            " or ".join([titles[0], *map(lowered, titles[1:])])
            if len(titles) < 4
            else (f"{titles[0]} and {len(titles) - 1} other models")
        )

    def resource(self, model: ModelSpec) -> Resource | None:
        """What the fidelity is for one of the models; None where the study has none."""
        return resource_of(self.fidelity.name, model, self.validation) if self.fidelity else None

    def default_space(self) -> Space:
        spaces = {model.name: self._space_of(model) for model in self.models}
        return joint_space(spaces) if self.several else spaces[self.models[0].name]

    def _space_of(self, model: ModelSpec) -> Space:
        resource = self.resource(model)
        space = model.space(self.dataset)
        return Space.from_dict(without_argument(space.to_dict(), resource)) if resource else space

    def check_space(self, space: Space) -> None:
        if self.several:
            check_joint_space(self.models, space, self._check_one)
        else:
            self._check_one(self.models[0], space)

    def _check_one(self, model: ModelSpec, space: Space) -> None:
        resource = self.resource(model)
        if resource and self.fidelity:
            check_resource(space, resource, self.fidelity)
        model.check_space(space, self.dataset)

    def chosen(self, params: Mapping[str, Any]) -> tuple[ModelSpec, dict[str, Any]]:
        """The model that `params` configure, and its own and the preprocessing parameters."""
        return chosen(self.models, params) if self.several else (self.models[0], dict(params))

    def family_of(self, params: Mapping[str, Any]) -> str:
        return self.chosen(params)[0].title

    def baseline_params(self) -> dict[str, Any]:
        """Of several models the first one as it comes is what gains are measured against."""
        return {}

    def is_baseline(self, params: Mapping[str, Any]) -> bool:
        model, own = self.chosen(params)
        usual = model is self.models[0] and model.is_default(own, self.dataset)
        return usual and self._trains_as_usual(model)

    def _trains_as_usual(self, model: ModelSpec) -> bool:
        """Whether a full training is what the model does as it comes."""
        resource = self.resource(model)
        if resource is None or self.fidelity is None or not resource.argument:
            return resource is None or self.fidelity is None or self.fidelity.max == resource.max
        return resource.growth != "passes" and model.defaults[resource.argument] == self.fidelity.max

    def describe(self) -> str:
        aside = test_rows(self.dataset, self.test_share)
        kept = f"; {aside:,} rows are kept aside as a test" if aside else ""
        return (
            f"{self.title} on {self.dataset.title.lower()} ({self.dataset.facts}). "
            f"Score: {self.scorer.title}, "
            f"by {self.validation.describe()} on {self.dataset.rows - aside:,} rows{kept}."
        )

    def seed(self, context: Context) -> int:
        """The seed of one trial's models."""
        return seed_for(context.study_seed, Purpose.TRAINING, context.seed_number)

    def recipe(self, params: Mapping[str, Any], context: Context) -> Call:
        """The whole pipeline that a trial trains, to be made or written down; ObjectiveError (field
        "params.<name>").
        """
        model, own = self.chosen(params)
        try:
            return model.recipe(own | self._extent(model, context), self.seed(context), self.dataset)
        except ObjectiveError as error:
            field = joint_field(model, error.field) if self.several else error.field
            raise ObjectiveError(field, error.message) from error

    def _extent(self, model: ModelSpec, context: Context) -> dict[str, Any]:
        """The estimator's argument that the fidelity sets."""
        resource = self.resource(model)
        if resource is None or self.fidelity is None or not resource.argument or as_it_comes(context):
            return {}
        return {resource.argument: whole_units(context.fidelity or self.fidelity.max)}

    def code(self, params: Mapping[str, Any], context: Context) -> str:
        """Python source of the model that a trial trained."""
        return assigned(self.recipe(params, context), "model")

    def evaluate(self, params: Mapping[str, Any], context: Context) -> Evaluation:
        dataset = load(self.dataset.name, self.dataset.version)
        search, _ = split_test(dataset, self.test_share, context.study_seed)
        folds = folds_of(dataset, self.validation, search, context.study_seed)
        resource = self.resource(self.chosen(params)[0])
        if resource is None or self.fidelity is None or as_it_comes(context):
            recipe = self.recipe(params, context)
            return cross_validate(recipe.make, dataset, folds, self.scorer, context, self.measures)
        build = lambda own: self.recipe(own, context).make()  # noqa: E731
        plan = Plan(build, dataset, folds, self.scorer, self.measures, resource, self.fidelity)
        return partial.evaluate(plan, params, context)

    def fitted(self, params: Mapping[str, Any], context: Context, X: np.ndarray, y: np.ndarray) -> Any:
        """The pipeline of a trial, fitted as the trial's folds were, on other rows."""
        resource = self.resource(self.chosen(params)[0])
        if resource is None or self.fidelity is None or not resource.continues or as_it_comes(context):
            return self.recipe(params, context).make().fit(X, y)
        build = lambda own: self.recipe(own, context).make()  # noqa: E731
        until = self.fidelity.max if context.fidelity is None else context.fidelity
        return partial.fitted(build, resource, [*context.line, Part(params, until)], X, y)


def as_it_comes(context: Context) -> bool:
    """Whether it is a baseline, which a fidelity does not touch."""
    return context.number is None and context.fidelity is None


def lowered(title: str) -> str:
    """A title inside a sentence: "Random forest" becomes "random forest", "AdaBoost" stays."""
    return title[:1].lower() + title[1:] if title[1:].islower() else title


def read_model(fields: Fields, dataset: DatasetInfo) -> ModelSpec:
    """The field model: one that fits the data set."""
    model = get_model(fields.data.get("model"), dataset.task)
    if model.task != dataset.task:
        raise ObjectiveError("model", wrong_task(model, dataset))
    return model


def read_models(fields: Fields, dataset: DatasetInfo) -> list[ModelSpec]:
    """The field models: different ones, all of which fit the data set."""
    if "model" in fields.data:
        raise ObjectiveError("models", "model and models cannot both be given: leave one of them out")
    names = fields.texts("models", "models", len(available_models()))
    if not names:
        raise ObjectiveError(
            "models", "models must name at least one model, such as ['svc', 'mlp_classifier']"
        )
    models = []
    for name in names:
        try:
            models.append(read_model(Fields({"model": name}), dataset))
        except ObjectiveError as error:
            raise ObjectiveError("models", error.message) from error
    return models


def wrong_task(model: ModelSpec, dataset: DatasetInfo) -> str:
    """Why `model` cannot learn `dataset`, and what can."""
    names = [other.name for other in available_models(dataset.task)]
    kin = [other.name for other in available_models(dataset.task) if other.family == model.family]
    remedy = f"choose {kin[0]}" if kin else f"choose one of {', '.join(names)}"
    return f"{model.name} is for {model.task}, and {dataset.name} is a {dataset.task} data set: {remedy}"


KIND = ModelObjective
