"""What a script needs besides, to make a trial again that had a part of the training, or several; used by
`script`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from trials.objectives.base import Context, Part
from trials.objectives.kinds.model import ModelObjective, as_it_comes
from trials.objectives.partial import first_rows, line_of, whole_units
from trials.objectives.recipe import Call, Imported
from trials.objectives.resources import Resource
from trials.objectives.seeds import Purpose, seed_for
from trials.objectives.source import flat_source

SPLITS = "folds.split(search, y[search])"
IN_PARTS = "InParts"
PASSES = '''
class InParts({estimator}):
    """Learns pass by pass, with one stream of chance for all of them."""

    def fit(self, X, y):
        self.random_state = np.random.RandomState(self.random_state)
        passes = 0
        for settings, until in PARTS:
            if settings:
                self.set_params(**settings)
                vars(self).pop("_optimizer", None)
            for _ in range(until - passes):
                self.partial_fit(X, y{classes})
            passes = until
        return self

'''
WARM = '''
class InParts({estimator}):
    """Grows in parts, each with settings of its own."""

    def fit(self, X, y):
        for settings, until in PARTS:
            self.set_params(**settings, {argument}=until, warm_start=True)
            super().fit(X, y)
        return self

'''


@dataclass(frozen=True)
class Extent:
    """How far the script trains: `model` is the call to write down, `functions` what it needs before,
    `splits` the folds, `rows` a line that leaves rows of a fold out.
    """

    model: Call
    needed: Imported
    functions: tuple[str, ...] = ()
    splits: str = SPLITS
    rows: str = ""


def extent_of(objective: ModelObjective, params: Mapping[str, Any], context: Context) -> Extent:
    """What the trial's fidelity means for its script."""
    model = objective.recipe(params, context)
    resource = objective.resource(objective.chosen(params)[0])
    if resource is None or objective.fidelity is None or as_it_comes(context):
        return Extent(model, model.imported())
    until = objective.fidelity.max if context.fidelity is None else context.fidelity
    if resource.growth == "folds":
        few = whole_units(until) < objective.validation.scores
        splits = f"list({SPLITS})[:{whole_units(until)}]" if few else SPLITS
        return Extent(model, model.imported(), splits=splits)
    if resource.growth == "anew":
        return _on_rows(objective, model, until, context) if until < 1 else Extent(model, model.imported())
    parts = line_of(resource, [*context.line, Part(params, until)])
    if resource.continues and (resource.growth == "passes" or len(parts) > 1):
        return _in_parts(objective, resource, parts, context)
    return Extent(model, model.imported())


def _on_rows(objective: ModelObjective, model: Call, share: float, context: Context) -> Extent:
    classes, seed = bool(objective.dataset.classes), seed_for(context.study_seed, Purpose.ROWS)
    line = f"    fit = fit[first_rows(y[search[fit]], {classes}, {share!r}, {seed})]\n"
    source = f"\n{inspect.getsource(first_rows)}"
    return Extent(model, model.imported() | {("math", ".", "")}, (source,), rows=line)


def _in_parts(objective: ModelObjective, resource: Resource, parts: list[Part], context: Context) -> Extent:
    spec = objective.chosen(parts[-1].params)[0]
    first = objective.recipe(parts[0].params, context)
    calls = [_estimator(objective.recipe(part.params, context), spec.estimator) for part in parts]
    told = [_settings(before, call) for before, call in zip([calls[0], *calls], calls, strict=False)]
    listed = [(settings, whole_units(part.fidelity)) for settings, part in zip(told, parts, strict=True)]
    rows = "".join(f"    ({_written(settings)}, {until}),\n" for settings, until in listed)
    template = PASSES if resource.growth == "passes" else WARM
    source = template.format(
        estimator=spec.class_name,
        argument=resource.argument,
        classes=", classes=np.unique(y)" if spec.task == "classification" else "",
    )
    needed = first.imported().union(*(call.imported() for call in calls))
    functions = (f"\n# Settings that change, and up to which {resource.unit}.\nPARTS = [\n{rows}]\n{source}",)
    return Extent(_renamed(first, spec.estimator), needed, functions)


def _written(settings: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f'"{name}": {flat_source(value)}' for name, value in settings.items()) + "}"


def _settings(before: Call, after: Call) -> dict[str, Any]:
    """The arguments of an estimator that differ."""
    return {name: value for name, value in after.keywords.items() if before.keywords.get(name) != value}


def _estimator(call: Call, target: str) -> Call:
    """The call of `target` within a pipeline's."""
    return next(found for found in _calls(call) if found.target == target)


def _calls(call: Call) -> Iterator[Call]:
    yield call
    for value in (*call.arguments, *call.keywords.values()):
        if isinstance(value, Call):
            yield from _calls(value)


def _renamed(call: Call, target: str) -> Call:
    """The same calls with `target` replaced by the class that trains in parts."""
    swap = lambda value: _renamed(value, target) if isinstance(value, Call) else value  # noqa: E731
    return Call(
        IN_PARTS if call.target == target else call.target,
        tuple(map(swap, call.arguments)),
        {name: swap(value) for name, value in call.keywords.items()},
    )
