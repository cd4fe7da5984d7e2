"""The objective of kind "model": a model of the catalogue on a data set, scored by cross-validation or a
hold-out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optimizers import Space
from trials.objectives.base import Context, Evaluation, Objective, ObjectiveError
from trials.objectives.catalogue import ModelSpec, available_models, get_model
from trials.objectives.datasets import DatasetInfo, get_dataset, load
from trials.objectives.fields import Fields
from trials.objectives.scoring import DEFAULT_SCORING, Scorer, get_scorer
from trials.objectives.seeds import Purpose, seed_for
from trials.objectives.validation import (
    Validation,
    cross_validate,
    folds_of,
    read_test_share,
    read_validation,
    split_test,
    test_rows,
)

FIELDS = ("kind", "model", "dataset", "dataset_version", "scoring", "validation", "test_share")
PLANNED = {
    "models": "several models in one search are not available yet: give one as 'model'",
    "fidelity": "training a model in parts is not available yet: leave 'fidelity' out",
}


class ModelObjective(Objective):
    """{"kind": "model", "model": …, "dataset": …, "scoring": …, "validation": {…}, "test_share": 0.2}."""

    kind = "model"

    def __init__(
        self,
        model: ModelSpec,
        dataset: DatasetInfo,
        scorer: Scorer,
        validation: Validation,
        test_share: float,
    ) -> None:
        super().__init__(
            {
                "kind": self.kind,
                "model": model.name,
                "dataset": dataset.name,
                **({} if dataset.version is None else {"dataset_version": dataset.version}),
                "scoring": scorer.name,
                "validation": validation.to_dict(),
                "test_share": test_share,
            }
        )
        self.model, self.dataset, self.scorer, self.validation = model, dataset, scorer, validation
        self.test_share = test_share
        self.metrics = (scorer.name,)
        self.directions = ("maximize",)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ModelObjective:
        for name, message in PLANNED.items():
            if data.get(name) is not None:
                raise ObjectiveError(name, message)
        fields = Fields(data)
        fields.only(FIELDS)
        dataset = get_dataset(fields.data.get("dataset"), fields.data.get("dataset_version"))
        model = get_model(fields.data.get("model"), dataset.task)
        if model.task != dataset.task:
            raise ObjectiveError("model", wrong_task(model, dataset))
        scorer = get_scorer(
            fields.data.get("scoring", DEFAULT_SCORING[dataset.task]), dataset, model.probabilities
        )
        test_share = read_test_share(fields, dataset)
        validation = read_validation(data.get("validation"), dataset, test_share, scorer)
        return cls(model, dataset, scorer, validation, test_share)

    @property
    def metric_titles(self) -> tuple[str, ...]:
        return (self.scorer.title,)

    def default_space(self) -> Space:
        return self.model.space(self.dataset)

    def check_space(self, space: Space) -> None:
        self.model.check_space(space, self.dataset)

    def baseline_params(self) -> dict[str, Any]:
        return {}

    def is_baseline(self, params: Mapping[str, Any]) -> bool:
        return self.model.is_default(params, self.dataset)

    def describe(self) -> str:
        aside = test_rows(self.dataset, self.test_share)
        kept = f"; {aside:,} rows are kept aside as a test" if aside else ""
        return (
            f"{self.model.title} on {self.dataset.title.lower()} ({self.dataset.facts}). "
            f"Score: {self.scorer.title}, "
            f"by {self.validation.describe()} on {self.dataset.rows - aside:,} rows{kept}."
        )

    def seed(self, context: Context) -> int:
        """The seed of one trial's models."""
        return seed_for(context.study_seed, Purpose.TRAINING, context.number)

    def code(self, params: Mapping[str, Any], context: Context) -> str:
        """Python source of the model that a trial trained."""
        return self.model.code(params, self.seed(context), self.dataset)

    def evaluate(self, params: Mapping[str, Any], context: Context) -> Evaluation:
        dataset = load(self.dataset.name, self.dataset.version)
        search, _ = split_test(dataset, self.test_share, context.study_seed)
        folds = folds_of(dataset, self.validation, search, context.study_seed)
        recipe = self.model.recipe(params, self.seed(context), self.dataset)
        return cross_validate(recipe.make, dataset, folds, self.scorer, context)


def wrong_task(model: ModelSpec, dataset: DatasetInfo) -> str:
    """Why `model` cannot learn `dataset`, and what can."""
    names = [other.name for other in available_models(dataset.task)]
    kin = [other.name for other in available_models(dataset.task) if other.family == model.family]
    remedy = f"choose {kin[0]}" if kin else f"choose one of {', '.join(names)}"
    return f"{model.name} is for {model.task}, and {dataset.name} is a {dataset.task} data set: {remedy}"


KIND = ModelObjective
