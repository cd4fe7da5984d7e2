"""Spaces for the tests: a few by hand, and a hypothesis strategy for random ones with nested conditions."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from optimizers import Boolean, Categorical, Float, Integer, Space
from optimizers.space import Parameter

SVM = Space(
    {
        "kernel": Categorical(["linear", "rbf", "poly"], default="rbf"),
        "C": Float(1e-3, 1e3, log=True, default=1.0, points=4),
        "gamma": Float(1e-4, 10.0, log=True, when={"kernel": ["rbf", "poly"]}, default=0.1, points=3),
        "degree": Integer(2, 5, when={"kernel": "poly"}, default=3),
    }
)
"""The mixed, conditional space of most tests; its grid has 4 + 4·3 + 4·3·4 = 64 points."""

NETWORK = Space(
    {
        "layers": Integer(1, 3, default=2),
        "units_1": Categorical([16, 64], ordered=True, default=64),
        "units_2": Categorical([16, 64], ordered=True, when={"layers": {"min": 2}}, default=16),
        "units_3": Categorical([16, 64], ordered=True, when={"layers": 3}, default=16),
        "dropout": Boolean(default=False),
        "rate": Float(0.1, 0.3, step=0.1, when={"dropout": True}, default=0.1),
    }
)
"""A finite space: (2 + 4 + 8) · (1 + 3) = 56 configurations."""


TREE = Space(
    {
        "kind": Categorical(["best", "random"], default="best"),
        "split": Integer(2, 40, default=10),
        "leaf": Integer(1, 20, default=2),
        "low": Float(0.0, 1.0, default=0.2),
        "high": Float(0.0, 1.0, default=0.8),
        "warm": Boolean(default=False, when={"kind": "random"}),
    },
    constraints=["2 * leaf <= split", "low + 0.1 <= high"],
    forbidden=[{"kind": "random", "split": 2}],
)
"""A constrained space, of which about a sixth is left."""


def parameters(parents: dict[str, Parameter]) -> st.SearchStrategy[Parameter]:
    """A random parameter, possibly conditional on some of `parents`."""
    when = conditions(parents)
    return st.one_of(floats(when), integers(when), categoricals(when), st.builds(Boolean, when=when))


@st.composite
def spaces(draw: Any, most: int = 6) -> Space:
    """Up to `most` parameters, later ones conditional on earlier ones, given in any order."""
    built: dict[str, Parameter] = {}
    for position in range(draw(st.integers(1, most))):
        built[f"p{position}"] = draw(parameters(built))
    names = draw(st.permutations(list(built)))
    return Space({name: built[name] for name in names})


@st.composite
def conditions(draw: Any, parents: dict[str, Parameter]) -> dict[str, Any]:
    if not parents or draw(st.booleans()):
        return {}
    chosen = draw(st.lists(st.sampled_from(sorted(parents)), min_size=1, max_size=2, unique=True))
    return {name: draw(condition(parents[name])) for name in chosen}


@st.composite
def condition(draw: Any, parent: Parameter) -> Any:
    levels = parent.levels
    if levels is not None and draw(st.booleans()):
        picked = draw(st.lists(st.integers(0, levels.count - 1), min_size=1, max_size=3, unique=True))
        values = [parent.value(levels.code(index)) for index in picked]
        return values if len(values) > 1 or draw(st.booleans()) else values[0]
    if isinstance(parent, Categorical):
        return list(parent.choices[: draw(st.integers(1, len(parent.choices)))])
    side = draw(st.sampled_from(["min", "max"]))
    return {side: draw(st.sampled_from(parent.bounds))}  # type: ignore[attr-defined]


@st.composite
def floats(draw: Any, when: st.SearchStrategy[dict[str, Any]]) -> Float:
    log = draw(st.booleans())
    low = draw(st.floats(1e-6, 1e3) if log else st.floats(-1e3, 1e3))
    width = draw(st.floats(0.01, 1e4))
    step = draw(st.none() | st.floats(width / 50, width))
    points = draw(st.none() | st.integers(1, 4))
    high = low + width
    default = draw(st.none() | st.sampled_from([low] if step else [low, high]))
    return Float(low, high, log=log, step=step, points=points, default=default, when=draw(when))


@st.composite
def integers(draw: Any, when: st.SearchStrategy[dict[str, Any]]) -> Integer:
    log = draw(st.booleans())
    low = draw(st.integers(1, 100) if log else st.integers(-100, 100))
    width = draw(st.integers(1, 60))
    step = draw(st.none() | st.integers(1, width))
    points = draw(st.none() | st.integers(1, 4))
    return Integer(low, low + width, log=log, step=step, points=points, default=low, when=draw(when))


@st.composite
def categoricals(draw: Any, when: st.SearchStrategy[dict[str, Any]]) -> Categorical:
    pool = [None, True, False, 1, 1.0, "1", 2, "", "é", -0.5]
    choices = draw(st.lists(st.sampled_from(range(len(pool))), min_size=1, max_size=6, unique=True))
    listed = [pool[index] for index in choices]
    return Categorical(listed, ordered=draw(st.booleans()), default=listed[0], when=draw(when))
