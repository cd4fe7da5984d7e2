"""The whole estimator of a trial, from its parameters and the data set's columns, as a Call that can be made
and written as Python; used by the catalogue, by trainings and by whoever fits a finished model.

Columns are named by position, from 0 on, so that it fits arrays and data frames alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from trials.objectives.preparation import PREFIX, PrepStep, check_names, prep_space, preparation
from trials.objectives.recipe import Call, chain

if TYPE_CHECKING:
    from trials.objectives.catalogue import ModelSpec
    from trials.objectives.datasets import DatasetInfo

__all__ = ["PrepStep", "parted", "pipeline", "prep_space"]


def parted(params: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Preprocessing parameters, and the model's own."""
    prep = {name: value for name, value in params.items() if name.startswith(PREFIX)}
    return prep, {name: value for name, value in params.items() if name not in prep}


def pipeline(model: ModelSpec, params: Mapping[str, Any], dataset: DatasetInfo | None, seed: int) -> Call:
    """The columns' preparation, the model, and the scaling of its target, for `params` (prep__… among them).

    For complete number columns and without prep__… parameters this is the model with the scaling it needs.
    `dataset` None stands for one target and complete number columns.

    Raises:
        ObjectiveError: field "params.<name>", for a parameter that there is not.
    """
    prep, own = parted(params)
    check_names(list(prep), "params")
    steps = [*preparation(prep, model, dataset, seed), *model.steps(own)]
    whole = chain([*steps, model.call(own, seed, dataset.targets if dataset else 1)])
    if model.target_scaled:
        scaler = Call("sklearn.preprocessing.StandardScaler")
        whole = Call("sklearn.compose.TransformedTargetRegressor", (whole,), {"transformer": scaler})
    return whole
