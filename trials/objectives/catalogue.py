"""ModelSpec: what the catalogue knows of one model; its files are in `models`, found by discovery."""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from optimizers import Categorical, Space
from optimizers.space import Numeric, Parameter
from trials.objectives.base import ObjectiveError, unknown
from trials.objectives.datasets import DatasetInfo, Task
from trials.objectives.pipeline import parted, pipeline
from trials.objectives.preparation import PREFIX, check_names, check_value, preparation, word_columns
from trials.objectives.recipe import Call
from trials.objectives.resources import Resource
from trials.objectives.source import assigned

RESERVED = {
    "n_jobs": "every training has one core to itself, and trials run side by side",
    "nthread": "every training has one core to itself, and trials run side by side",
    "device": "trainings use the processor",
    "random_state": "the study's seed and the trial's number set it",
    "verbose": "what a training prints is kept anyway",
    "verbosity": "what a training prints is kept anyway",
    "warm_start": "every fold begins anew",
    "callback": "it cannot be written as a number or a word",
    "callbacks": "they cannot be written as a number or a word",
}


def plain(params: Mapping[str, Any]) -> dict[str, Any]:
    """The estimator's own arguments, where each parameter is one of them."""
    return dict(params)


def no_steps(params: Mapping[str, Any]) -> list[Call]:
    """Nothing comes between the prepared columns and the estimator."""
    return []


@dataclass(frozen=True)
class ModelSpec:
    """One estimator in scikit-learn's manner: how to build it, and where its parameters are worth searching.

    `make_space` gets the data set, or None, since some of scikit-learn's defaults depend on the columns.
    `extra` are patterns of parameter names of our own, which `arguments` turns into the estimator's, or
    `steps` into steps before it. `fixed` are arguments that no search changes. `scaled`: columns are
    standardised first; `target_scaled`: the target too; `several_targets`: it fits them without help;
    `missing_values`: it copes with them among numbers. `package` must be installed for it, and on Linux
    `library` beside it. `resources` are what it can be trained with less of, beside rows and folds.
    """

    estimator: str
    title: str
    task: Task
    family: str
    summary: str
    make_space: Callable[[DatasetInfo | None], Space]
    arguments: Callable[[Mapping[str, Any]], dict[str, Any]] = plain
    steps: Callable[[Mapping[str, Any]], list[Call]] = no_steps
    extra: tuple[str, ...] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict)
    scaled: bool = False
    target_scaled: bool = False
    several_targets: bool = True
    probabilities: bool = True
    missing_values: bool = False
    package: str = "sklearn"
    library: str = ""
    resources: tuple[Resource, ...] = ()

    @property
    def name(self) -> str:
        """The class's name in snake case, such as hist_gradient_boosting_classifier."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", self.class_name).lower()

    @property
    def class_name(self) -> str:
        return self.estimator.rpartition(".")[2]

    @property
    def installed(self) -> bool:
        """Whether its package is there, with what that needs of the system; imports nothing."""
        return importlib.util.find_spec(self.package) is not None and _loads(self.library)

    def space(self, dataset: DatasetInfo | None = None) -> Space:
        """The space an expert would begin with; its defaults mean what scikit-learn's own do.

        Where such a default depends on the columns and `dataset` is None, the parameter has none.
        """
        return self.make_space(dataset)

    def build(self, params: Mapping[str, Any], seed: int, dataset: DatasetInfo | None = None) -> Any:
        """The unfitted pipeline for a data set (None: one target, complete number columns); raises
        ObjectiveError (field "params.<name>").
        """
        return self.recipe(params, seed, dataset).make()

    def code(self, params: Mapping[str, Any], seed: int, dataset: DatasetInfo | None = None) -> str:
        """Python source that builds the same pipeline and calls it `model`."""
        return assigned(self.recipe(params, seed, dataset), "model")

    def recipe(self, params: Mapping[str, Any], seed: int, dataset: DatasetInfo | None = None) -> Call:
        return pipeline(self, params, dataset, seed)

    def call(self, params: Mapping[str, Any], seed: int, targets: int = 1) -> Call:
        """The bare estimator for the model's own `params`; raises ObjectiveError (field "params.<name>")."""
        self._check_names(params, "params")
        seeded = {"random_state": seed} if "random_state" in self.defaults else {}
        model = Call(self.estimator, keywords={**self._arguments(params), **self.fixed, **seeded})
        if targets > 1 and not self.several_targets:
            model = Call("sklearn.multioutput.MultiOutputRegressor", (model,))
        return model

    def _arguments(self, params: Mapping[str, Any]) -> dict[str, Any]:
        arguments = self.arguments(params)
        # Spaces have no None among numbers and words that people type: "none" stands for it.
        return {name: None if value == "none" else value for name, value in arguments.items()}

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """The estimator's own arguments with their defaults; imports its package, and raises ObjectiveError
        (field "model") where that is broken.
        """
        try:
            defaults: dict[str, Any] = Call(self.estimator).make().get_params(deep=False)
        except (ImportError, OSError) as error:
            raise ObjectiveError(
                "model", f"{self.package} is installed but cannot be loaded ({error}): install it anew"
            ) from error
        return defaults

    def default_params(self, dataset: DatasetInfo | None = None) -> dict[str, Any]:
        """What the model does as it comes, in the terms of `space` and of any other parameter there is."""
        scalars = {
            name: value
            for name, value in self.defaults.items()
            if name not in RESERVED and isinstance(value, str | int | float | None) and value != "deprecated"
        }
        own = self.space(dataset).parameters
        # Words become columns, how many depends on the fold: what depends on their number is only near.
        exact = self.space().parameters if word_columns(dataset) else own
        known = {name: own[name].default for name in own if own[name].has_default and exact[name].has_default}
        return scalars | known

    def is_default(self, params: Mapping[str, Any], dataset: DatasetInfo | None = None) -> bool:
        """Whether `params` build the model as it comes."""
        prep, given = parted(params)
        own, arguments = self.default_params(dataset), self._arguments(given)
        return preparation(prep, self, dataset, 0) == preparation({}, self, dataset, 0) and all(
            _same(value, own.get(name))
            or (name in arguments and _same(arguments[name], self.defaults.get(name)))
            for name, value in given.items()
        )

    def parameter_names(self) -> tuple[str, ...]:
        """Every name that a space for this model may use, the default space's first."""
        own = self.space().names
        return (*own, *(name for name in self.defaults if name not in own and self._searchable(name)))

    def _searchable(self, name: str) -> bool:
        return name not in RESERVED and self.defaults[name] != "deprecated"

    def check_space(self, space: Space, dataset: DatasetInfo | None = None) -> None:
        """Raise ObjectiveError (field "space.<name>") for a parameter, a choice or an end that the model, or
        the preparation of the columns, refuses.
        """
        prep, own = parted(space.parameters)
        check_names(list(prep), "space")
        self._check_names(own, "space")
        for name, parameter in space.parameters.items():
            for value in ends(parameter):
                try:
                    self._check_value(name, value, dataset)
                except ValueError as error:
                    raise ObjectiveError(f"space.{name}", str(error)) from error
        try:
            self._arguments({name: ends(parameter)[0] for name, parameter in own.items()})
        except ValueError as error:
            raise ObjectiveError("space", str(error)) from error

    def _check_names(self, names: Iterable[str], place: str) -> None:
        for name in names:
            if name in RESERVED and name in self.defaults:
                raise ObjectiveError(f"{place}.{name}", f"{name} cannot be searched: {RESERVED[name]}")
            if not (name in self.defaults or any(re.fullmatch(pattern, name) for pattern in self.extra)):
                known = self.parameter_names()
                raise ObjectiveError(f"{place}.{name}", unknown(f"parameter of {self.name}", name, known))

    def _check_value(self, name: str, value: Any, dataset: DatasetInfo | None) -> None:
        """Raise ValueError in scikit-learn's words for a value that it refuses."""
        if name.startswith(PREFIX):
            check_value(name, value, dataset)
            return
        parts = [*self.steps({name: value}), Call(self.estimator, keywords=self._arguments({name: value}))]
        for part in (part.make() for part in parts):
            # What every fit of scikit-learn checks first; it has no public name.
            if hasattr(part, "_parameter_constraints"):
                part._validate_params()


def ends(parameter: Parameter) -> tuple[Any, ...]:
    """The values that show whether a range is possible: the choices, or the lowest and the highest."""
    if isinstance(parameter, Categorical):
        return parameter.choices
    if isinstance(parameter, Numeric):
        return tuple(parameter.normalise(parameter.value(float(code))) for code in parameter.bounds)
    return ()


def _loads(library: str) -> bool:
    """Whether Linux finds a shared library; True for none, and on other systems."""
    if not library or sys.platform != "linux":
        return True
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _same(one: Any, other: Any) -> bool:
    """Equal and of one type: for max_features, 1 is one column and 1.0 is all of them."""
    return type(one) is type(other) and one == other


@cache
def _catalogue() -> dict[str, ModelSpec]:
    from trials.objectives import models as package

    modules = [info.name for info in pkgutil.iter_modules(package.__path__) if not info.name.startswith("_")]
    specs = [importlib.import_module(f"{package.__name__}.{name}").MODEL for name in modules]
    there = [spec for spec in specs if spec.installed]
    return {spec.name: spec for spec in sorted(there, key=lambda spec: (spec.task, spec.title))}


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
