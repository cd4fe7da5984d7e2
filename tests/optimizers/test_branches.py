"""Branches: which rows share one, and that the seldom tried ones are visited."""

import numpy as np

from optimizers import Categorical, Float, Integer, Result, Space, create
from optimizers.branches import Branches
from optimizers.columns import Columns
from optimizers.model_based import Situation
from optimizers.seen import Seen, Told

SPACE = Space(
    {
        "model": Categorical(["svc", "tree", "knn"]),
        "kernel": Categorical(["rbf", "linear"], when={"model": "svc"}),
        "C": Float(0.1, 10.0, when={"model": "svc"}),
        "depth": Integer(1, 9, when={"model": "tree"}),
        "scaled": Categorical(["yes", "no"]),
        "gamma": Float(0.1, 1.0, when={"kernel": "rbf"}),
    }
)


def row(**params):
    return SPACE.encode(SPACE.validate(params))


def test_a_branch_is_one_value_of_every_parent():
    rows = np.array(
        [
            row(model="svc", kernel="rbf", C=1.0, gamma=0.2, scaled="yes"),
            row(model="svc", kernel="rbf", C=9.0, gamma=0.9, scaled="no"),
            row(model="svc", kernel="linear", C=9.0, scaled="no"),
            row(model="tree", depth=3, scaled="no"),
            row(model="tree", depth=7, scaled="yes"),
            row(model="knn", scaled="yes"),
        ]
    )
    one, same, linear, tree, deep, knn = Branches(SPACE).of(rows)
    assert one == same
    assert tree == deep
    assert len({one, linear, tree, knn}) == 4


def test_without_conditions_there_are_none():
    assert Branches(SPACE)
    assert not Branches(Space({"a": Categorical(["x", "y"]), "b": Float(0.0, 1.0)}))


def test_what_was_seldom_tried_is_visited():
    rng = np.random.default_rng(0)
    trees = [{"model": "tree", "depth": 1 + number % 9, "scaled": "yes"} for number in range(40)]
    told = Columns.of(SPACE, [Result(number, params, value=1.0) for number, params in enumerate(trees)], 1)
    branches, tpe = Branches(SPACE), create("tpe", SPACE, seed=0)
    visited = [
        SPACE.decode(
            branches.visit(
                Situation(number, told, np.empty((0, len(SPACE))), Seen(Told(SPACE), []), rng), tpe
            ).row
        )["model"]
        for number in range(30)
    ]
    assert visited.count("tree") <= 3
    assert {"svc", "knn"} <= set(visited)
