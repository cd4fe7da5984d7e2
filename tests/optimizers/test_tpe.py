"""What is special to TPE: good and bad sets, conditions, pending and failed trials, what it says."""

import subprocess
import sys

import numpy as np
import pytest

from optimizers import Categorical, Float, Integer, OptionError, Result, Space, create, minimize
from optimizers.algorithms.tpe import condition_groups, rank_weights
from optimizers.columns import Columns
from optimizers.model_based import ranked
from tests.optimizers.drive import ask

LINE = Space({"x": Float(0.0, 1.0)})
TREE = Space(
    {
        "leaf": Float(0.0, 1.0, when={"deep": "yes"}),
        "kind": Categorical(["flat", "tree"]),
        "deep": Categorical(["yes", "no"], when={"kind": "tree"}),
        "shared": Float(0.0, 1.0),
        "width": Integer(1, 9, when={"kind": "tree"}),
    }
)


def told(optimizer, places, value):
    optimizer.tell([Result(number, {"x": place}, value(place)) for number, place in enumerate(places)])
    return optimizer


def asked(optimizer, start, count=40):
    """Where it asks, each time as if it were the next one."""
    return np.array([ask(optimizer, number).params["x"] for number in range(start, start + count)])


def test_dimensions_with_the_same_condition_form_a_group_parents_first():
    names = [[TREE.names[index] for index in group] for group in condition_groups(TREE)]
    assert names == [["kind", "shared"], ["deep", "width"], ["leaf"]]


def test_it_asks_near_the_good_results():
    places = np.linspace(0.0, 1.0, 41)
    optimizer = told(create("tpe", LINE, seed=0, explore=0.0), places, lambda x: abs(x - 0.3))
    assert np.median(np.abs(asked(optimizer, 41) - 0.3)) < 0.1


def test_failed_results_are_avoided_like_bad_ones():
    places = np.linspace(0.0, 1.0, 41)
    optimizer = told(
        create("tpe", LINE, seed=0, explore=0.0), places, lambda x: None if x > 0.5 else 0.5 - x / 10
    )
    assert np.mean(asked(optimizer, 41) > 0.55) < 0.1


def test_pending_trials_push_the_next_one_away():
    optimizer = told(
        create("tpe", LINE, seed=0, explore=0.0), np.linspace(0.0, 1.0, 20), lambda x: abs(x - 0.5)
    )
    pending = []
    for number in range(20, 36):
        pending.append(ask(optimizer, number, pending))
    together = np.sort([suggestion.params["x"] for suggestion in pending])
    apart = np.sort(asked(optimizer, 20, 16))
    assert np.diff(together).max() < 0.5
    assert np.std(together) > np.std(apart)


def test_complete_results_rank_before_pruned_ones_and_failed_ones_come_last():
    results = [
        Result(0, {"x": 0.0}, None),
        Result(1, {"x": 0.1}, 0.1, pruned=True, fidelity=3.0),
        Result(2, {"x": 0.2}, 0.9, pruned=True, fidelity=9.0),
        Result(3, {"x": 0.3}, 5.0),
        Result(4, {"x": 0.4}, 4.0),
    ]
    columns = Columns.of(LINE, results, 1)
    assert columns.numbers[ranked(columns)].tolist() == [4, 3, 2, 1, 0]


def test_weights_fall_from_the_best_and_are_one_on_average():
    for count in (1, 2, 25):
        weights = rank_weights(count)
        assert weights.mean() == pytest.approx(1.0)
        assert (np.diff(weights) <= 0.0).all()


def test_it_finds_the_branch_and_the_leaf():
    def value(params):
        return abs(params["leaf"] - 0.2) if "leaf" in params else 1.0 + params["shared"]

    best = [minimize(value, TREE, "tpe", trials=60, seed=seed).best.value for seed in range(3)]
    assert np.median(best) < 0.02


def test_it_beats_random_search_on_a_mixed_space():
    space = Space(
        {
            "rate": Float(1e-5, 1.0, log=True),
            "depth": Integer(1, 20),
            "kind": Categorical(["a", "b", "c", "d"]),
        }
    )

    def value(params):
        return (
            (np.log10(params["rate"]) + 2) ** 2 + abs(params["depth"] - 7) / 5 + "bacd".index(params["kind"])
        )

    best = {
        name: np.mean([minimize(value, space, name, trials=50, seed=seed).best.value for seed in range(5)])
        for name in ("tpe", "random")
    }
    assert best["tpe"] < 0.6 * best["random"]


def test_the_bad_set_is_bounded_and_what_is_left_out_is_no_matter():
    places = np.random.default_rng(0).random(400)
    optimizer = told(create("tpe", LINE, seed=0, explore=0.0, max_bad=50), places, lambda x: abs(x - 0.3))
    assert np.median(np.abs(asked(optimizer, 400, 20) - 0.3)) < 0.1


def test_it_says_why_without_inventing_a_mean():
    optimizer = told(
        create("tpe", LINE, seed=0, explore=0.0), np.linspace(0.0, 1.0, 20), lambda x: abs(x - 0.5)
    )
    info = ask(optimizer, 20).info
    assert info["mode"] in {"explore", "exploit"}
    assert info["acquisition_name"] == "log density ratio"
    assert "predicted_mean" not in info
    assert info["nearest"] in range(20)
    assert 0.0 <= info["nearest_distance"] < 0.2


def test_the_initial_design_comes_first_and_its_size_is_an_option():
    optimizer = create("tpe", LINE, seed=0, startup=6, explore=0.0)
    modes = []
    for number in range(8):
        suggestion = ask(optimizer, number)
        modes.append(suggestion.info["mode"])
        optimizer.tell([Result(number, suggestion.params, suggestion.params["x"])])
    assert modes[:6] == ["initial"] * 6
    assert "initial" not in modes[6:]


def test_the_initial_design_spreads_evenly():
    optimizer = create("tpe", LINE, seed=3, startup=16)
    places = [ask(optimizer, number).params["x"] for number in range(16)]
    assert sorted(int(place * 16) for place in places) == list(range(16))


def test_all_trials_are_random_when_everything_is_to_be_explored():
    optimizer = told(create("tpe", LINE, seed=0, explore=1.0), np.linspace(0.0, 1.0, 20), lambda x: x)
    assert {ask(optimizer, number).info["mode"] for number in range(20, 26)} == {"random"}


def test_several_objectives_are_refused_in_words():
    with pytest.raises(OptionError, match="one objective"):
        create("tpe", LINE, seed=0, objectives=2)


def test_it_needs_no_scikit_learn():
    code = (
        "import sys; from optimizers import Float, Space, minimize; "
        "minimize(lambda p: p['x'], Space({'x': Float(0, 1)}), 'tpe', trials=12); "
        "sys.exit('sklearn' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
