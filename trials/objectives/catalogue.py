"""ModelSpec: what the catalogue knows of one model; its files are in `models`, found by discovery."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from optimizers import Categorical, Space
from optimizers.space import Numeric, Parameter
from trials.objectives.base import ObjectiveError, unknown
from trials.objectives.datasets import DatasetInfo, Task
from trials.objectives.recipe import Call

RESERVED = {
    "n_jobs": "every training has one core to itself, and trials run side by side",
    "random_state": "the study's seed and the trial's number set it",
    "verbose": "what a training prints is kept anyway",
    "warm_start": "every fold begins anew",
    "callback": "it cannot be written as a number or a word",
}
SCALER = Call("sklearn.preprocessing.StandardScaler")


def plain(params: Mapping[str, Any]) -> dict[str, Any]:
    """The estimator's own arguments, where each parameter is one of them."""
    return dict(params)


@dataclass(frozen=True)
class ModelSpec:
    """One estimator of scikit-learn: how to build it, and where its parameters are worth searching.

    `make_space` gets the data set, or None, since some of scikit-learn's defaults depend on the columns.
    `extra` are patterns of parameter names of our own, which `arguments` turns into the estimator's.
    `scaled`: columns are standardised first; `target_scaled`: the target too; `several_targets`: it fits
    them without help.
    """

    estimator: str
    title: str
    task: Task
    family: str
    summary: str
    make_space: Callable[[DatasetInfo | None], Space]
    arguments: Callable[[Mapping[str, Any]], dict[str, Any]] = plain
    extra: tuple[str, ...] = ()
    scaled: bool = False
    target_scaled: bool = False
    several_targets: bool = True
    probabilities: bool = True

    @property
    def name(self) -> str:
        """The class's name in snake case, such as hist_gradient_boosting_classifier."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", self.class_name).lower()

    @property
    def class_name(self) -> str:
        return self.estimator.rpartition(".")[2]

    def space(self, dataset: DatasetInfo | None = None) -> Space:
        """The space an expert would begin with; its defaults mean what scikit-learn's own do.

        Where such a default depends on the columns and `dataset` is None, the parameter has none.
        """
        return self.make_space(dataset)

    def build(self, params: Mapping[str, Any], seed: int, *, outputs: int = 1) -> Any:
        """An unfitted estimator, with the scaling it needs around it; raises ObjectiveError (field
        "params.<name>").
        """
        return self.recipe(params, seed, outputs).make()

    def code(self, params: Mapping[str, Any], seed: int, *, outputs: int = 1) -> str:
        """Python source that builds the same estimator and calls it `model`."""
        return self.recipe(params, seed, outputs).code("model")

    def recipe(self, params: Mapping[str, Any], seed: int, outputs: int) -> Call:
        self._check_names(params, "params")
        seeded = {"random_state": seed} if "random_state" in self.defaults else {}
        model = Call(self.estimator, keywords={**self._arguments(params), **seeded})
        if outputs > 1 and not self.several_targets:
            model = Call("sklearn.multioutput.MultiOutputRegressor", (model,))
        if self.scaled:
            model = Call("sklearn.pipeline.make_pipeline", (SCALER, model))
        if self.target_scaled:
            model = Call("sklearn.compose.TransformedTargetRegressor", (model,), {"transformer": SCALER})
        return model

    def _arguments(self, params: Mapping[str, Any]) -> dict[str, Any]:
        arguments = self.arguments(params)
        # Spaces have no None among numbers and words that people type: "none" stands for it.
        return {name: None if value == "none" else value for name, value in arguments.items()}

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """The estimator's own arguments with their defaults; imports scikit-learn."""
        module, _, name = self.estimator.rpartition(".")
        signature = inspect.signature(getattr(importlib.import_module(module), name))
        return {argument.name: argument.default for argument in signature.parameters.values()}

    def default_params(self, dataset: DatasetInfo | None = None) -> dict[str, Any]:
        """What the model does as it comes, in the terms of `space` and of any other parameter there is."""
        scalars = {
            name: value
            for name, value in self.defaults.items()
            if name not in RESERVED and isinstance(value, str | int | float | None) and value != "deprecated"
        }
        own = self.space(dataset)
        known = {name: own.parameters[name].default for name in own.names if own.parameters[name].has_default}
        return scalars | known

    def is_default(self, params: Mapping[str, Any], dataset: DatasetInfo | None = None) -> bool:
        """Whether `params` build the model as it comes."""
        own, arguments = self.default_params(dataset), self._arguments(params)
        return all(
            _same(value, own.get(name))
            or (name in arguments and _same(arguments[name], self.defaults.get(name)))
            for name, value in params.items()
        )

    def parameter_names(self) -> tuple[str, ...]:
        """Every name that a space for this model may use, the default space's first."""
        own = self.space().names
        return (*own, *(name for name in self.defaults if name not in own and self._searchable(name)))

    def _searchable(self, name: str) -> bool:
        return name not in RESERVED and self.defaults[name] != "deprecated"

    def check_space(self, space: Space) -> None:
        """Raise ObjectiveError (field "space.<name>") for a parameter, a choice or an end that the model
        refuses.
        """
        self._check_names(space.names, "space")
        for name, parameter in space.parameters.items():
            for value in ends(parameter):
                try:
                    self._check_values({name: value})
                except ValueError as error:
                    raise ObjectiveError(f"space.{name}", str(error)) from error
        try:
            self._arguments({name: ends(parameter)[0] for name, parameter in space.parameters.items()})
        except ValueError as error:
            raise ObjectiveError("space", str(error)) from error

    def _check_names(self, names: Iterable[str], place: str) -> None:
        for name in names:
            if name in RESERVED and name in self.defaults:
                raise ObjectiveError(f"{place}.{name}", f"{name} cannot be searched: {RESERVED[name]}")
            if not (name in self.defaults or any(re.fullmatch(pattern, name) for pattern in self.extra)):
                known = self.parameter_names()
                raise ObjectiveError(f"{place}.{name}", unknown(f"parameter of {self.name}", name, known))

    def _check_values(self, params: Mapping[str, Any]) -> None:
        """Raise ValueError in scikit-learn's words for a value that it refuses."""
        # What every fit checks first; it has no public name.
        Call(self.estimator, keywords=self._arguments(params)).make()._validate_params()


def ends(parameter: Parameter) -> tuple[Any, ...]:
    """The values that show whether a range is possible: the choices, or the lowest and the highest."""
    if isinstance(parameter, Categorical):
        return parameter.choices
    if isinstance(parameter, Numeric):
        return tuple(parameter.normalise(parameter.value(float(code))) for code in parameter.bounds)
    return ()


def _same(one: Any, other: Any) -> bool:
    """Equal and of one type: for max_features, 1 is one column and 1.0 is all of them."""
    return type(one) is type(other) and one == other


@cache
def _catalogue() -> dict[str, ModelSpec]:
    from trials.objectives import models as package

    modules = [info.name for info in pkgutil.iter_modules(package.__path__) if not info.name.startswith("_")]
    specs = [importlib.import_module(f"{package.__name__}.{name}").MODEL for name in modules]
    return {spec.name: spec for spec in sorted(specs, key=lambda spec: (spec.task, spec.title))}


def available_models(task: Task | None = None) -> tuple[ModelSpec, ...]:
    """The models of the catalogue, of one task or of both; imports no scikit-learn."""
    return tuple(spec for spec in _catalogue().values() if task in (None, spec.task))


def get_model(name: Any, task: Task | None = None) -> ModelSpec:
    """The model `name`; raises ObjectiveError (field "model") with close matches (of `task`, where that is
    known).
    """
    if not isinstance(name, str) or name not in _catalogue():
        raise ObjectiveError("model", unknown("model", name, [spec.name for spec in available_models(task)]))
    return _catalogue()[name]
