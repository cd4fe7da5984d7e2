"""Importance on functions whose answer is known."""

import numpy as np
import pytest

from optimizers import Categorical, Float, Integer, Result, Space
from optimizers.importance import importance, interactions

TWO = Space({"x": Float(-5.0, 5.0), "y": Float(-5.0, 5.0)})
BRANCHED = Space(
    {
        "kind": Categorical(["a", "b"]),
        "of_a": Float(0.0, 1.0, when={"kind": "a"}),
        "of_b": Float(0.0, 1.0, when={"kind": "b"}),
        "free": Float(0.0, 1.0),
    }
)


def results(space, function, count=200):
    rng = np.random.default_rng(0)
    drawn = [space.sample(rng) for _ in range(count)]
    return [Result(number, params, function(params)) for number, params in enumerate(drawn)]


def shares(space, function, count=200):
    found = importance(space, results(space, function, count), seed=0)
    return dict(zip(found.names, found.share, strict=True))


def test_one_parameter_matters_and_the_other_hardly():
    found = importance(TWO, results(TWO, lambda params: params["x"] ** 2 + 0.01 * params["y"], 60), seed=0)
    assert found.names == ("x", "y")
    assert found.share[0] > 0.97
    assert sum(found.share) == pytest.approx(1.0)
    assert found.r2 > 0.8
    assert found.n == 60


def test_shares_of_an_additive_function_are_its_shares_of_variance():
    found = shares(TWO, lambda params: 3 * params["x"] + params["y"], 300)
    assert found["x"] == pytest.approx(0.9, abs=0.03)


def test_the_interval_holds_the_share_and_is_wider_with_fewer_results():
    def function(params):
        return params["x"] + params["y"] + np.sin(9 * params["x"] * params["y"])

    few = importance(TWO, results(TWO, function, 25), seed=0)
    many = importance(TWO, results(TWO, function, 500), seed=0)
    for found in (few, many):
        assert all(
            low <= share <= high for low, share, high in zip(found.low, found.share, found.high, strict=True)
        )
    assert few.high[0] - few.low[0] > many.high[0] - many.low[0]


@pytest.mark.parametrize("function", [lambda params: 1.0, lambda params: 0.0, lambda params: 1e300])
def test_constant_values_explain_nothing(function):
    found = importance(TWO, results(TWO, function, 30), seed=0)
    assert found.share == found.low == found.high == (0.0, 0.0)
    assert found.r2 == 0.0


def test_noise_explains_nothing():
    rng = np.random.default_rng(1)
    found = importance(TWO, results(TWO, lambda params: rng.standard_normal(), 60), seed=0)
    assert found.share == (0.0, 0.0)
    assert found.r2 <= 0.0


@pytest.mark.parametrize("scale", [1e300, 1e-300])
def test_the_size_of_the_values_makes_no_difference(scale):
    found = shares(TWO, lambda params: scale * params["x"], 60)
    assert found["x"] > 0.97


def test_a_parent_gets_its_own_effect_and_an_inactive_child_none():
    # Own effect of the kind: half of the trials 0, half 0.5 on average: variance 1/16.
    # Of the child of a: 1/12 in half of the trials.
    found = shares(BRANCHED, lambda params: params.get("of_a", 0.0), 300)
    expected = (1 / 16) / (1 / 16 + 1 / 24)
    assert found["kind"] == pytest.approx(expected, abs=0.05)
    assert found["of_a"] == pytest.approx(1 - expected, abs=0.05)
    assert found["of_b"] < 0.01
    assert found["free"] < 0.01


def test_a_parent_gets_nothing_for_what_its_child_does():
    found = shares(BRANCHED, lambda params: params.get("of_a", 0.5) - 0.5, 300)
    assert found["kind"] < 0.05
    assert found["of_a"] > 0.9


def test_a_parent_gets_all_that_its_children_do_not_change():
    found = shares(BRANCHED, lambda params: 5.0 if params["kind"] == "a" else 0.0)
    assert found["kind"] > 0.99


def test_conditions_on_conditions_are_followed_to_the_end():
    space = Space(
        {
            "layers": Integer(1, 3),
            "second": Float(0.0, 1.0, when={"layers": {"min": 2}}),
            "deep": Categorical(["u", "v"], when={"layers": 3}),
            "deepest": Float(0.0, 1.0, when={"deep": "v"}),
        }
    )
    found = shares(space, lambda params: params.get("deepest", 0.5), 400)
    assert found["deepest"] > 0.8
    assert found["second"] < 0.05


def test_failed_pruned_and_foreign_results_are_left_out():
    good = results(TWO, lambda params: params["x"], 60)
    bad = [
        Result(100, {"x": 0.0, "y": 0.0}, None),
        Result(101, {"x": 0.0, "y": 0.0}, 9e9, pruned=True, fidelity=1.0),
        Result(102, {"x": 99.0, "y": 0.0}, 9e9),
        Result(103, {"z": 0.0}, 9e9),
    ]
    assert importance(TWO, [*good, *bad], seed=0) == importance(TWO, good, seed=0)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_too_few_results_give_zeros(count):
    found = importance(TWO, results(TWO, lambda params: params["x"], count), seed=0)
    assert found.share == (0.0, 0.0)
    assert found.n == count


def test_many_results_are_sampled_and_the_seed_decides():
    told = results(TWO, lambda params: params["x"], 2100)
    found = importance(TWO, told, seed=0)
    assert found.n == 2100
    assert found == importance(TWO, told, seed=0)
    assert found.share[0] > 0.97


METHODS = ["fanova", "ped_anova", "permutation", "mdi"]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_finds_what_matters_and_what_does_not(method):
    found = importance(
        TWO,
        results(TWO, lambda params: params["x"] ** 2 + 0.05 * params["y"], 150),
        seed=0,
        method=method,
    )
    assert found.method == method
    assert found.share[0] > 0.9
    assert sum(found.share) == pytest.approx(1.0)
    assert all(
        low <= share <= high for low, share, high in zip(found.low, found.share, found.high, strict=True)
    )


@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_right_for_maximising_too(method):
    # Maximised, the peak at x = 4 counts; the library is told the negative.
    found = importance(TWO, results(TWO, lambda params: (params["x"] - 4.0) ** 2, 150), seed=0, method=method)
    flipped = importance(
        TWO, results(TWO, lambda params: -((params["x"] - 4.0) ** 2), 150), seed=0, method=method
    )
    assert found.share[0] > 0.9
    assert flipped.share[0] > 0.9


def test_ped_anova_asks_what_the_best_have_in_common_and_fanova_what_moves_everything():
    space = Space({"kind": Categorical(["bad", "good"]), "x": Float(0.0, 1.0)})

    def value(params):
        return 10.0 + params["x"] if params["kind"] == "bad" else abs(params["x"] - 0.3)

    told = results(space, value, 300)
    assert importance(space, told, seed=0, method="fanova").share[0] > 0.95
    assert importance(space, told, seed=0, method="ped_anova").share[1] > 0.5


@pytest.mark.parametrize("method", METHODS)
def test_an_inactive_or_useless_child_gets_nothing(method):
    found = importance(
        BRANCHED,
        results(BRANCHED, lambda params: -params["of_a"] if "of_a" in params else 0.0, 400),
        seed=0,
        method=method,
    )
    shares = dict(zip(found.names, found.share, strict=True))
    assert shares["of_a"] > 0.2
    assert shares["of_b"] < 0.05
    assert shares["free"] < 0.08


def test_pairs_that_work_only_together_are_found_and_others_are_not():
    space = Space({name: Float(-1.0, 1.0) for name in "abc"})
    found = interactions(space, results(space, lambda p: float(p["a"] > 0 and p["b"] > 0), 400), seed=0)
    assert found[0].names == ("a", "b")
    # Of the variance 3/16, each parameter alone explains 1/16, and the pair the third.
    assert found[0].share == pytest.approx(1 / 3, abs=0.06)
    assert found[0].low <= found[0].share <= found[0].high
    assert all(pair.share < 0.05 for pair in found[1:])
    additive = interactions(space, results(space, lambda p: p["a"] + p["b"], 300), seed=0)
    assert all(pair.share < 0.03 for pair in additive)
    assert interactions(space, results(space, lambda p: 1.0, 30)) == ()


def test_an_unknown_method_is_refused():
    with pytest.raises(ValueError, match="choose one of fanova"):
        importance(TWO, [], method="guess")
