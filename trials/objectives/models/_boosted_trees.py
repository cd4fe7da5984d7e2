"""What AdaBoost and bagging share: the depth of the trees they are made of, as a parameter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from trials.objectives.recipe import Call
from trials.objectives.resources import rounds

EXTRA = ("max_depth",)
ROUNDS = rounds(50)


def of_trees(tree: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Arguments in which max_depth has become the `estimator`, a tree of that depth."""

    def arguments(params: Mapping[str, Any]) -> dict[str, Any]:
        own = {name: value for name, value in params.items() if name != "max_depth"}
        if "max_depth" not in params:
            return own
        depth = params["max_depth"]
        if isinstance(depth, bool) or not isinstance(depth, int) or depth < 1:
            raise ValueError(f"max_depth must be a whole number from 1 on, not {depth!r}")
        return own | {"estimator": Call(f"sklearn.tree.{tree}", keywords={"max_depth": depth})}

    return arguments
