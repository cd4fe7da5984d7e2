"""The default optimizer: what it picks, when it changes its mind, and that it says why."""

from itertools import pairwise

import numpy as np

from optimizers import Categorical, Float, Result, Space, create, minimize

SPACE = Space({"x": Float(-5.0, 5.0, default=4.0), "y": Float(-5.0, 5.0, default=4.0)})


def bowl(params):
    return (params["x"] - 1) ** 2 + (params["y"] + 2) ** 2


def picks(space: Space, values, **hints) -> list[str]:
    """Which model auto picks for the 8 trials after these results."""
    rng = np.random.default_rng(0)
    results = [Result(number, space.sample(rng), value=value) for number, value in enumerate(values)]
    optimizer = create("auto", space, seed=0, explore=0.0, **hints)
    optimizer.tell(results)
    found = []
    for number in range(len(results), len(results) + 8):
        suggestion = optimizer.ask(number)
        assert suggestion.info["because"]
        found.append(suggestion.info["picked"])
        optimizer.tell([Result(number, suggestion.params, value=values[0] + number)])
    return found


def test_the_default_configuration_comes_first():
    suggestion = create("auto", SPACE, seed=0).ask(0)
    assert suggestion.params == {"x": 4.0, "y": 4.0}
    assert suggestion.info["mode"] == "default"


def test_a_gaussian_process_and_tpe_take_turns_while_results_are_few():
    found = picks(SPACE, np.arange(20.0))
    assert found.count("gp") == found.count("tpe") == 4
    assert all(one != next_one for one, next_one in pairwise(found))


def test_tpe_leads_on_plateaus():
    found = picks(SPACE, np.repeat([0.0, 1.0], 30))
    assert found.count("tpe") == 6
    assert found.count("gp") == 2


def test_tpe_takes_over_where_results_or_parameters_are_many():
    assert set(picks(SPACE, np.arange(320.0))) == {"tpe"}
    wide = Space({f"x{i}": Float(0.0, 1.0) for i in range(40)})
    assert set(picks(wide, np.arange(20.0))) == {"tpe"}


def test_it_goes_on_when_everything_fails():
    optimizer = create("auto", SPACE, seed=0)
    optimizer.tell([Result(number, SPACE.sample(np.random.default_rng(number))) for number in range(15)])
    assert optimizer.ask(15).info["mode"] in {"initial", "random"}


def test_it_finds_the_bottom_of_a_bowl_and_the_right_branch():
    assert minimize(bowl, SPACE, trials=30, seed=1).best.value < 0.05
    space = Space(
        {
            "kind": Categorical(["flat", "deep"], default="flat"),
            "x": Float(-5.0, 5.0, default=0.0, when={"kind": "deep"}),
        }
    )
    outcome = minimize(
        lambda params: 1.0 if params["kind"] == "flat" else (params["x"] - 2) ** 2, space, trials=30, seed=1
    )
    assert outcome.best.params["kind"] == "deep"
    assert outcome.best.value < 0.05
