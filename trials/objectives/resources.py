"""What a training can get more or less of, its fidelity: trees, boosting rounds, passes over the rows, a
share of them, folds; declared by the catalogue's models, read from an objective's JSON by the kind "model".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from trials.objectives.base import Fidelity, ObjectiveError
from trials.objectives.fields import Fields

if TYPE_CHECKING:
    from optimizers import Space
    from trials.objectives.catalogue import ModelSpec
    from trials.objectives.validation import Validation

#: How a training goes on: by the estimator's warm start; by one partial_fit for each pass; not at all, for
#: rounds and anew; by further folds.
Growth = Literal["warm_start", "passes", "rounds", "anew", "folds"]
ROWS, FOLDS = "rows", "folds"
#: A fidelity in whole units has at most so many.
MOST_UNITS = 1_000_000
LEAST_SHARE = 0.01


@dataclass(frozen=True)
class Resource:
    """One sort of fidelity; `min` and `max` are what a study gets when it names none.

    `argument` is the estimator's argument that it takes the place of, "" for none. `changeable` are
    parameters that may change while a training goes on, as in populations. `without` are choices that it does
    not go with.
    """

    name: str
    title: str
    unit: str
    summary: str
    min: float
    max: float
    growth: Growth
    argument: str = ""
    changeable: tuple[str, ...] = ()
    without: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    @property
    def continues(self) -> bool:
        """Whether a training that stopped can be taken up again and comes to exactly the same."""
        return self.growth in ("warm_start", "passes")


def trees(most: int, *changeable: str, least: int = 10) -> Resource:
    """Trees of an ensemble that grows by warm start."""
    return Resource(
        name="n_estimators",
        title="Number of trees",
        unit="trees",
        summary="A trial begins with few trees; more are added to those that do well.",
        min=least,
        max=most,
        growth="warm_start",
        argument="n_estimators",
        changeable=changeable,
    )


def rounds(most: int, argument: str = "n_estimators", *changeable: str, warm: bool = False) -> Resource:
    """Boosting rounds; `warm`: the estimator takes up exactly where it stopped."""
    return Resource(
        name=argument,
        title="Boosting rounds",
        unit="rounds",
        summary="A trial begins with few rounds of boosting; those that do well get more.",
        min=10,
        max=most,
        growth="warm_start" if warm else "rounds",
        argument=argument,
        changeable=changeable,
    )


def passes(most: int, *changeable: str, without: Mapping[str, tuple[Any, ...]]) -> Resource:
    """Passes over the rows, by partial_fit."""
    return Resource(
        name="epochs",
        title="Passes over the rows (epochs)",
        unit="epochs",
        summary="A trial begins with few passes over the rows; those that do well learn on.",
        min=1,
        max=most,
        growth="passes",
        argument="max_iter",
        changeable=changeable,
        without=without,
    )


def share_of_rows() -> Resource:
    """The share of each fold's rows that is trained on: for any model."""
    return Resource(
        name=ROWS,
        title="Share of the rows",
        unit="of the rows",
        summary="A trial is trained on a part of the rows first; every step up trains anew on more of them.",
        min=0.1,
        max=1.0,
        growth="anew",
    )


def number_of_folds(scores: int) -> Resource:
    """How many of the folds are trained and scored: for any model."""
    return Resource(
        name=FOLDS,
        title="Number of folds",
        unit="folds",
        summary="A trial is scored on few folds first; those that do well get the others.",
        min=1,
        max=scores,
        growth="folds",
    )


def offered(models: Sequence[ModelSpec], validation: Validation) -> tuple[Resource, ...]:
    """What a study can choose as its fidelity: what all its models have, and what goes with any model."""
    first, *others = models
    own = [
        resource
        for resource in first.resources
        if all(_like(resource, other) is not None for other in others)
    ]
    folds = [number_of_folds(validation.scores)] if validation.scores > 1 else []
    return (*own, share_of_rows(), *folds)


def _like(resource: Resource, model: ModelSpec) -> Resource | None:
    """The model's own resource of the same name."""
    return next((own for own in model.resources if own.name == resource.name), None)


def resource_of(name: str, model: ModelSpec, validation: Validation) -> Resource:
    """What the fidelity `name` is for one model of a study."""
    return next(resource for resource in offered([model], validation) if resource.name == name)


def read_fidelity(data: Any, models: Sequence[ModelSpec], validation: Validation) -> Fidelity:
    """The field fidelity: {"name": "n_estimators", "min": 10, "max": 200}; ends left out are the model's."""
    fields = Fields(data, "fidelity")
    fields.only(["name", "min", "max"])
    found = {resource.name: resource for resource in offered(models, validation)}
    name = fields.name("name", None, found, "fidelity for what is trained here")
    own = found[name]
    if name == ROWS:
        high = fields.number("max", own.max, LEAST_SHARE, 1.0)
        low = fields.number("min", min(own.min, high), LEAST_SHARE, high)
    else:
        most = int(own.max) if name == FOLDS else MOST_UNITS
        high = fields.integer("max", int(own.max), 1, most)
        low = fields.integer("min", min(int(own.min), high), 1, int(high))
    if low >= high:
        raise ObjectiveError(
            "fidelity.max", f"from {low:g} to {high:g} there is nothing to save: raise max, or lower min"
        )
    return Fidelity(name, low, high)


def without_argument(space: dict[str, Any], resource: Resource) -> dict[str, Any]:
    """A model's space as JSON without what the fidelity sets and the choices that it does not go with."""
    return space | {
        "parameters": [
            _narrowed(parameter, resource.without.get(parameter["name"], ()))
            for parameter in space["parameters"]
            if parameter["name"] != resource.argument
        ]
    }


def _narrowed(parameter: dict[str, Any], without: tuple[Any, ...]) -> dict[str, Any]:
    if not without or "choices" not in parameter:
        return parameter
    return parameter | {"choices": [choice for choice in parameter["choices"] if choice not in without]}


def check_resource(space: Space, resource: Resource, fidelity: Fidelity) -> None:
    """Refuse what the fidelity sets itself, and choices it does not go with; raises ObjectiveError (field
    "space.<name>").
    """
    if resource.argument in space.parameters:
        raise ObjectiveError(
            f"space.{resource.argument}",
            f"{resource.argument} is what the fidelity sets, from {fidelity.min:g} to {fidelity.max:g}: "
            "take it out of the space, or choose another fidelity",
        )
    for name, refused in resource.without.items():
        for value in getattr(space.parameters.get(name), "choices", ()):
            if value in refused:
                raise ObjectiveError(
                    f"space.{name}",
                    f"{value!r} cannot be trained in parts, and the fidelity is {fidelity.name}: "
                    "leave it out",
                )
