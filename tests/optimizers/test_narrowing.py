"""A smaller space from results: where the good ones are, what does not matter, and nothing without reason."""

import random

import numpy as np
import pytest

from optimizers import Boolean, Categorical, Float, Integer, OptionError, Result, Space, create
from optimizers.narrowing import narrowed
from optimizers.smaller_space import with_choices

SPACE = Space(
    {
        "x": Float(0.0, 10.0, default=9.0),
        "C": Float(1e-4, 1e4, log=True),
        "idle": Float(-1.0, 1.0, default=0.5),
        "kind": Categorical(["good", "bad", "worse"], default="bad"),
        "depth": Integer(1, 30),
    }
)


def planted(params):
    """Best at x = 3, C = 10, kind good; idle and depth hardly matter."""
    off = (params["x"] - 3.0) ** 2 / 3 + (np.log10(params["C"]) - 1.0) ** 2
    return off + {"good": 0.0, "bad": 12.0, "worse": 20.0}[params["kind"]] + 1e-4 * params["depth"]


def told(space, function, count=150, seed=0):
    rng = np.random.default_rng(seed)
    drawn = [space.sample(rng) for _ in range(count)]
    return [Result(number, params, function(params)) for number, params in enumerate(drawn)]


def change_of(found, name):
    return next((change for change in found.changes if change.name == name), None)


def test_ranges_shrink_to_where_the_good_ones_are_and_the_idle_are_held():
    found = narrowed(SPACE, told(SPACE, planted))
    x, c, kind = (change_of(found, name) for name in ("x", "C", "kind"))
    assert (x.kind, c.kind, kind.kind) == ("shrink", "shrink", "shrink")
    assert x.low < 3.0 < x.high < 10.0
    assert 1e-4 < c.low < 10.0 < c.high <= 1e4
    assert kind.choices == ("good",)
    assert min(change.confidence for change in (x, c, kind)) >= 0.99
    assert "none of the best" in kind.reason
    assert found.held
    assert found.held <= {"idle", "depth"}
    assert "% of the variation" in change_of(found, min(found.held)).reason
    assert found.n == 150
    best = min(told(SPACE, planted), key=lambda result: result.value)
    assert found.space.adapt(best.params) == best.params


def test_a_default_outside_gives_way_to_the_best_value_and_one_inside_stays():
    found = narrowed(SPACE, told(SPACE, planted))
    assert found.space.parameters["kind"].default == "good"
    best = min(told(SPACE, planted), key=lambda result: result.value)
    assert found.space.parameters["x"].default == best.params["x"]


def test_without_holding_only_ranges_shrink_and_what_lies_inside_is_counted():
    results = told(SPACE, planted)
    found = narrowed(SPACE, results, hold=False)
    assert {change.kind for change in found.changes} == {"shrink"}
    assert found.inside == sum(found.space.adapt(result.params) is not None for result in results) > 10


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_is_never_outside_of_the_old_space(seed):
    space = Space(
        {
            "a": Float(0.1, 0.9, step=0.1),
            "b": Integer(3, 300, log=True),
            "c": Categorical([1, 2, 4, 8, 16], ordered=True),
            "d": Float(low=0.0, high=50.0, distribution={"name": "expon", "args": {"scale": 5}}),
            "e": Boolean(),
        },
        constraints=["b <= 100 * a + 250"],
    )
    rng = np.random.default_rng(seed)
    at = space.sample_many(rng, 1)[0]
    found = narrowed(space, told(space, lambda p: float(((space.encode(p) - at) ** 2).sum()), 120, seed))
    assert found is not None
    for row in found.space.sample_many(rng, 100):
        params = found.space.decode(row)
        assert space.validate(params) == params


def test_children_of_a_choice_that_is_gone_are_dropped_with_their_rules():
    space = Space(
        {
            "kernel": Categorical(["linear", "rbf"]),
            "C": Float(0.1, 10.0),
            "gamma": Float(0.1, 10.0, when={"kernel": "rbf"}),
            "shape": Categorical(["u", "v"], when={"kernel": ["rbf"]}),
            "deep": Float(0.0, 1.0, when={"shape": "v"}),
            "slope": Float(0.0, 1.0, when={"kernel": ["linear", "rbf"]}),
        },
        constraints=["gamma <= C", "slope <= C"],
        forbidden=[{"kernel": "rbf", "shape": "u"}],
    )
    results = told(space, lambda p: p["C"] + (20.0 if p["kernel"] == "rbf" else 0.0))
    found = narrowed(space, results, hold=False)
    assert found.space.names == ("kernel", "C", "slope")
    assert found.space.constraints == ("slope <= C",)
    assert found.space.forbidden == ()
    dropped = [change.name for change in found.changes if change.kind == "drop"]
    assert dropped == ["gamma", "shape", "deep"]
    assert space.validate(found.space.sample(np.random.default_rng(0)))


def test_a_parent_is_never_held_and_what_matters_is_not_either():
    space = Space(
        {"kind": Categorical(["a", "b"]), "x": Float(0.0, 1.0, when={"kind": "a"}), "y": Float(0.0, 1.0)}
    )
    found = narrowed(space, told(space, lambda p: 10.0 * p["y"]))
    assert change_of(found, "kind") is None
    assert change_of(found, "y").kind == "shrink"


@pytest.mark.parametrize(
    "results",
    [
        [],
        told(SPACE, planted, 24),
        [Result(number, result.params) for number, result in enumerate(told(SPACE, planted))],
        told(SPACE, lambda params: 1.0),
        [Result(result.number, {"z": 1}, 1.0 * result.number) for result in told(SPACE, planted)],
        [Result(r.number, r.params, r.value, constraints=(1.0,)) for r in told(SPACE, planted)],
    ],
)
def test_too_few_useful_results_suggest_nothing(results):
    assert narrowed(SPACE, results) is None


@pytest.mark.parametrize("seed", range(3))
def test_noise_suggests_nothing(seed):
    rng = np.random.default_rng(seed)
    assert narrowed(SPACE, told(SPACE, lambda params: float(rng.standard_normal()), 100, seed)) is None


def test_the_order_of_results_does_not_matter():
    results = told(SPACE, planted)
    assert narrowed(SPACE, random.Random(0).sample(results, len(results))) == narrowed(SPACE, results)


# --- the option ------------------------------------------------------------------------------------------


def search(narrow, trials=60, seed=0):
    optimizer = create("tpe", SPACE, seed=seed, budget=trials, narrow=narrow)
    results = []
    for number in range(trials):
        suggestion = optimizer.ask(number)
        assert SPACE.validate(suggestion.params) == suggestion.params
        results.append((suggestion, Result(number, suggestion.params, planted(suggestion.params))))
        optimizer.tell([results[-1][1]])
    return results


def test_the_second_half_stays_in_the_smaller_space_and_says_so():
    results = search(True)
    smaller = narrowed(SPACE, [result for suggestion, result in results if suggestion.number < 30], seed=0)
    late = [suggestion for suggestion, _ in results[30:]]
    assert smaller is not None
    assert all(smaller.space.adapt(suggestion.params) is not None for suggestion in late)
    assert all("narrowed" in suggestion.info for suggestion in late)
    assert not any("narrowed" in suggestion.info for suggestion, _ in results[:30])
    early = [suggestion.params for suggestion, _ in search(False)[:30]]
    assert [suggestion.params for suggestion, _ in results[:30]] == early


def test_an_ask_of_a_narrowed_search_is_pure():
    results = [result for _, result in search(True)]
    kept = create("tpe", SPACE, seed=0, budget=60, narrow=True)
    for result in results[:40]:
        kept.tell([result])
        kept.ask(result.number + 1)
    fresh = create("tpe", SPACE, seed=0, budget=60, narrow=True)
    fresh.tell(random.Random(1).sample(results[:40], 40))
    assert fresh.ask(40).params == kept.ask(40).params


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("random", {"narrow": True}, "does not learn"),
        ("tpe", {"narrow": "yes"}, "true or false"),
        ("nsga2", {"narrow": True, "objectives": 2}, "one objective"),
    ],
)
def test_where_nothing_can_be_narrowed_the_option_is_refused(name, options, words):
    with pytest.raises(OptionError, match=words) as refused:
        create(name, SPACE, seed=0, **options)
    assert refused.value.option == "narrow"


def test_beliefs_in_choices_stay_with_those_that_are_left():
    entry = {"name": "k", "type": "categorical", "choices": ["a", "b", 1], "prior": [1, 2, 3]}
    assert with_choices(entry, ["b", 1], "b")["prior"] == [2, 3]
    assert "prior" not in with_choices(entry | {"prior": [1, 0, 0]}, ["b", 1], "b")
    assert with_choices({"name": "on", "type": "boolean", "prior": [1, 4]}, [True], True)["prior"] == [4]
