"""The objective of kind "external": trainings that happen elsewhere and come back over ask and tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trials.objectives.base import Context, Evaluation, Fidelity, Metric, Objective, ObjectiveError
from trials.objectives.fields import Fields

LONGEST_NAME = 40
#: A fidelity is somewhere between.
LEAST, MOST = 1e-9, 1e12


class ExternalObjective(Objective):
    """{"kind": "external"}: the study itself names the metrics, the directions and the space.

    "fidelity": {"name": "epochs", "min": 1, "max": 81} says that its code can train in parts.
    """

    kind = "external"
    trained_here = False
    metrics = ("value",)
    directions = ("minimize",)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ExternalObjective:
        fields = Fields(data)
        fields.only(["kind", "fidelity"])
        if "fidelity" not in fields.data:
            return cls({"kind": cls.kind})
        fidelity = read_own_fidelity(fields.data["fidelity"])
        objective = cls({"kind": cls.kind, "fidelity": fidelity.to_dict()})
        objective.fidelity = fidelity
        return objective

    @property
    def measurable(self) -> dict[str, Metric]:
        return {}

    def measuring(self, names: Sequence[str]) -> ExternalObjective:
        """Whatever the code that trains calls its metrics."""
        return self

    def describe(self) -> str:
        return "Your own code trains: it asks for parameters and tells what came of them."

    def evaluate(self, params: Mapping[str, Any], context: Context) -> Evaluation:
        raise ObjectiveError(
            "kind", "an external objective is trained by the code that asks for its trials, not here"
        )


def read_own_fidelity(data: Any) -> Fidelity:
    """The fidelity of somebody's own code: a name of theirs and its two ends."""
    fields = Fields(data, "fidelity")
    fields.only(["name", "min", "max"])
    name = fields.data.get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise ObjectiveError(
            "fidelity.name", f"name must say what there can be less of, such as 'epochs', not {name!r}"
        )
    if "max" not in fields.data:
        raise ObjectiveError("fidelity.max", "max must say what a full training is, such as 81")
    high = fields.number("max", 0.0, LEAST, MOST)
    low = fields.number("min", min(1.0, high), LEAST, high)
    if low >= high:
        raise ObjectiveError(
            "fidelity.max", f"from {low:g} to {high:g} there is nothing to save: raise max, or lower min"
        )
    return Fidelity(name.strip(), low, high)


KIND = ExternalObjective
