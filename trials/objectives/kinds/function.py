"""The objective of kind "function": one of the functions that come with the project, with its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optimizers import Space
from trials.objectives.base import (
    Context,
    Evaluation,
    Fidelity,
    Metric,
    Objective,
    ObjectiveError,
    unknown,
)
from trials.objectives.fields import Fields
from trials.objectives.functions import KNOWN, Argument, Function
from trials.objectives.misbehaving import WRONG
from trials.objectives.trade_offs import TRADE_OFFS

FUNCTIONS = {function.name: function for function in (*KNOWN, *TRADE_OFFS, *WRONG)}


class FunctionObjective(Objective):
    """{"kind": "function", "name": "branin", …arguments of the function}."""

    kind = "function"

    def __init__(self, data: dict[str, Any], function: Function, fidelity: Fidelity | None) -> None:
        super().__init__(data)
        self.function = function
        self.fidelity = fidelity
        self.metrics = function.metrics
        self.directions = ("minimize",) * len(function.metrics)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> FunctionObjective:
        fields = Fields(data)
        function = FUNCTIONS[fields.name("name", None, FUNCTIONS, "function")]
        allowed = [argument.name for argument in function.arguments]
        fields.only(["kind", "name", *allowed, *(["fidelity"] if function.fidelity else [])])
        complete: dict[str, Any] = {"kind": cls.kind, "name": function.name}
        complete |= {argument.name: read_argument(fields, argument) for argument in function.arguments}
        fidelity = read_fidelity(fields, function.fidelity) if function.fidelity else None
        if fidelity:
            complete["fidelity"] = fidelity.to_dict()
        return cls(complete, function, fidelity)

    @property
    def measurable(self) -> dict[str, Metric]:
        return super().measurable | {name: Metric(name, name) for name in self.function.beside}

    def default_space(self) -> Space:
        return self.function.space(self.data)

    def check_space(self, space: Space) -> None:
        if self.function.free:
            return
        own = self.default_space()
        for name in space.names:
            if name not in own.names:
                raise ObjectiveError(
                    f"space.{name}", unknown(f"parameter of {self.function.name}", name, own.names)
                )
        for name in own.names:
            if name not in space.names:
                raise ObjectiveError(
                    f"space.{name}", f"{self.function.name} needs the parameter {name!r}: add it"
                )

    @property
    def optimum(self) -> float | None:
        """The least value there is, None where nobody knows it."""
        return self.function.optimum(self.data)

    def describe(self) -> str:
        optimum = "" if self.optimum is None else f" Its least value is {self.optimum:.6g}."
        return f"The function {self.function.name}. {self.function.summary}{optimum}"

    def evaluate(self, params: Mapping[str, Any], context: Context) -> Evaluation:
        found = self.function.evaluate(params, self.data, context)
        return found if isinstance(found, Evaluation) else Evaluation((found,))


def read_argument(fields: Fields, argument: Argument) -> Any:
    if argument.choices:
        return fields.name(argument.name, str(argument.default), argument.choices, argument.name)
    if isinstance(argument.default, int):
        return fields.integer(argument.name, argument.default, int(argument.low), int(argument.high))
    return fields.number(argument.name, float(argument.default), argument.low, argument.high)


def read_fidelity(fields: Fields, own: Fidelity) -> Fidelity:
    """The fidelity in the objective's JSON, within the function's own."""
    given = Fields(fields.data.get("fidelity", {}), "fidelity")
    given.only(["name", "min", "max"])
    name = given.name("name", own.name, [own.name], "fidelity")
    high = given.integer("max", int(own.max), int(own.min), 100_000)
    return Fidelity(name, given.integer("min", int(own.min), 1, high), high)


KIND = FunctionObjective
