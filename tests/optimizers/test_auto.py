"""The default optimizer: what it picks, when it changes its mind, and that it says why."""

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


def picks_on(space: Space, function, told: int, asked: int = 12) -> list[dict]:
    """What auto says of the trials after `told` random results of a function."""
    rng = np.random.default_rng(0)
    optimizer = create("auto", space, seed=0, explore=0.0)
    drawn = [space.sample(rng) for _ in range(told)]
    optimizer.tell([Result(number, params, value=function(params)) for number, params in enumerate(drawn)])
    infos = []
    for number in range(told, told + asked):
        suggestion = optimizer.ask(number)
        infos.append(suggestion.info)
        optimizer.tell([Result(number, suggestion.params, value=function(suggestion.params))])
    return infos


def test_who_foretells_new_results_better_takes_more_trials():
    infos = picks_on(SPACE, bowl, told=40, asked=20)
    models = [info["picked"] for info in infos]
    assert models.count("gp") > models.count("tpe") > 0
    assert any("in the right order" in info["because"] for info in infos)


def test_tpe_leads_on_plateaus():
    found = picks(SPACE, np.repeat([0.0, 1.0], 30))
    assert found.count("tpe") > found.count("gp")


def test_tpe_takes_over_where_results_or_parameters_are_many():
    falling = -np.arange(320.0)
    assert "gp" not in picks(SPACE, falling)
    wide = Space({f"x{i}": Float(0.0, 1.0) for i in range(40)})
    assert "gp" not in picks(wide, -np.arange(20.0))


def test_once_nothing_is_gained_branches_are_visited_where_there_are_conditions():
    space = Space({"kind": Categorical(["a", "b", "c"]), "x": Float(0.0, 1.0, when={"kind": "c"})})
    infos = picks_on(space, lambda params: {"a": 0.0, "b": 1.0, "c": 2.0}[params["kind"]], told=30)
    visits = [info for info in infos if info["picked"] == "branch"]
    assert len(visits) == 2
    assert all("gained next to nothing" in info["because"] for info in visits)
    assert "branch" not in {info["picked"] for info in picks_on(SPACE, lambda params: 1.0, told=30)}


def test_a_branch_that_began_badly_is_visited_again():
    space = Space(
        {
            "kind": Categorical(["safe", "narrow"]),
            "x": Float(0.0, 1.0, when={"kind": "narrow"}),
            "y": Float(0.0, 1.0, when={"kind": "safe"}),
        }
    )

    def function(params):
        if params["kind"] == "safe":
            return 0.5 + 0.1 * abs(params["y"] - 0.5)
        return 0.0 if abs(params["x"] - 0.83) < 0.06 else 1.0

    outcomes = [minimize(function, space, trials=60, seed=seed).best.value for seed in range(3)]
    assert sum(value == 0.0 for value in outcomes) >= 2


def test_noise_is_smoothed_before_tpe_sees_it():
    rng = np.random.default_rng(1)
    optimizer = create("auto", SPACE, seed=0)
    results = [
        Result(number, params, value=bowl(params) + 14.0 * rng.standard_normal())
        for number, params in enumerate(SPACE.sample(rng) for _ in range(60))
    ]
    optimizer.tell(results)
    truth = np.array([bowl(result.params) for result in results])
    told = optimizer.told
    smoothed = optimizer._without_noise(told)
    assert np.corrcoef(smoothed.value, truth)[0, 1] > np.corrcoef(told.value, truth)[0, 1]
    exact = create("auto", SPACE, seed=0)
    exact.tell([Result(result.number, result.params, value=bowl(result.params)) for result in results])
    assert exact._without_noise(exact.told) is exact.told


def test_several_objectives_are_shared_by_three_methods_and_late_left_to_evolution():
    optimizer = create("auto", SPACE, seed=0, objectives=2, explore=0.0)
    rng = np.random.default_rng(0)

    def told(number, params):
        return Result(number, params, values=(bowl(params), params["x"] ** 2 + params["y"] ** 2))

    optimizer.tell([told(number, SPACE.sample(rng)) for number in range(20)])
    early = [optimizer.ask(20)]
    for number in range(20, 24):
        optimizer.tell([told(number, early[-1].params)])
        early.append(optimizer.ask(number + 1))
    assert {suggestion.info["picked"] for suggestion in early} == {"ehvi", "parego", "nsga2"}
    optimizer.tell([told(number, SPACE.sample(rng)) for number in range(24, 201)])
    assert optimizer.ask(201).info["picked"] == "nsga2"


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
