"""The objective of kind "external": trainings that happen elsewhere and come back over ask and tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trials.objectives.base import Context, Evaluation, Metric, Objective, ObjectiveError
from trials.objectives.fields import Fields


class ExternalObjective(Objective):
    """{"kind": "external"}: the study itself names the metrics, the directions and the space."""

    kind = "external"
    trained_here = False
    metrics = ("value",)
    directions = ("minimize",)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ExternalObjective:
        Fields(data).only(["kind"])
        return cls({"kind": cls.kind})

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


KIND = ExternalObjective
