"""The pictures' data steps against what they claim, and the figure steps against what pages need of them."""

import json
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from trials.playground import halving, one_dimension
from trials.playground.fields import read_all
from trials.playground.registry import key_of, pictures
from trials.playground.surfaces import SURFACES

#: Small ones, so that all are quick.
SMALL = {
    "three_searches": {"side": "3"},
    "generations": {"members": "6", "generations": "4"},
    "halving": {"n": "9", "most": "9"},
}


def made(name: str, **texts: str) -> dict[str, Any]:
    """The data of a picture after its way through the database."""
    picture = pictures()[name]
    values, wrong = read_all(picture.fields, SMALL.get(name, {}) | texts)
    assert wrong == {}
    return json.loads(json.dumps(picture.data(values), allow_nan=False))


def drawn(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(pictures()[name].drawn(data).to_dict(), allow_nan=False))


@pytest.mark.parametrize("name", pictures())
def test_every_picture_says_something_and_fills_its_panels_at_each_step(name: str):
    picture = pictures()[name]
    data = made(name)
    assert made(name) == data, "equal values give equal data"
    found = drawn(name, data)
    assert found["lead"].endswith(".")
    assert {panel.key for panel in picture.panels} == set(found["figures"])
    for figure in found["figures"].values():
        assert figure["sentence"].endswith(".")
        assert len(figure["frames"]) in (0, len(found["steps"]))
        for frame in figure["frames"]:
            assert all(int(place) < len(figure["figure"]["data"]) for place in frame)
    assert 1 <= picture.controls_at <= len(picture.panels)


def test_keys_differ_with_picture_and_values():
    keys = {key_of("a", {"seed": 1}), key_of("a", {"seed": 2}), key_of("b", {"seed": 1})}
    assert len(keys) == 3
    assert key_of("a", {"x": 1, "y": 2}) == key_of("a", {"y": 2, "x": 1})


def test_a_grid_repeats_the_values_of_what_matters_and_random_points_do_not():
    data = made("grid_or_random", side="4")
    grid, random = data["points"]["grid"], data["points"]["random"]
    assert (len(grid), len({x for x, *_ in grid}), len({y for _, y, *_ in grid})) == (16, 4, 4)
    assert len({x for x, *_ in random}) == len(random) == 16
    assert all(value == pytest.approx(g + h, abs=1e-3) for *_, g, h, value in [*grid, *random])
    medians = {name: [middle for _, middle, _ in each] for name, each in data["repeats"].items()}
    assert medians["random"][1] > medians["grid"][1] + 0.2
    assert medians["random"] == sorted(medians["random"])
    assert made("grid_or_random", side="4", seed="8")["points"]["random"] != random


def test_three_searches_spend_the_same_budget_on_the_same_surface():
    data = made("three_searches", surface="ackley", seed="3")
    surface = SURFACES["ackley"]
    for trials in data["trials"].values():
        assert len(trials) == 9
        for x, y, value in trials:
            assert value == pytest.approx(surface.value({"x": x, "y": y}), rel=1e-2, abs=1e-2)
    assert len({x for x, *_ in data["trials"]["grid"]}) == 3
    best = drawn("three_searches", data)["figures"]["best"]
    for place in range(3):
        heights = best["frames"][-1][str(place)]["y"]
        assert heights == sorted(heights, reverse=True)
        assert best["frames"][2][str(place)]["y"] == heights[:3]


POINTS = "0.1:0.6,0.4:0.3,0.6:0.5,0.9:0.8"


@pytest.mark.parametrize("acquisition", ["ucb", "log_ei", "pi"])
def test_the_next_point_is_where_the_acquisition_is_highest_and_bands_meet_the_points(acquisition: str):
    data = made("one_dimension", source="mine", points=POINTS, acquisition=acquisition)
    highest = data["x"][int(np.argmax(data["worth"]))]
    assert data["next"]["x"] == pytest.approx(highest, abs=0.01)
    bands = np.array(data["bands"])
    assert (np.diff(bands, axis=0) > 0).all(), "from −2 to 2 standard deviations"
    for x, y in data["points"]:
        place = data["x"].index(x)
        assert bands[4, place] == pytest.approx(y, abs=0.1)


def test_exploration_moves_the_next_point_to_where_the_bands_are_wide():
    widths = []
    for exploration in ("0", "1"):
        data = made("one_dimension", source="mine", points=POINTS, exploration=exploration)
        bands, place = np.array(data["bands"]), data["x"].index(data["next"]["x"])
        widths.append(bands[8, place] - bands[0, place])
    assert widths[1] > widths[0] + 0.1


def test_a_hidden_curve_gives_the_values_itself_and_one_point_is_no_model_yet():
    data = made("one_dimension", points="0.25:0.99")
    assert data["bands"] is None
    assert data["points"][0][1] == pytest.approx(one_dimension.hidden(0.25), abs=1e-4)
    assert drawn("one_dimension", data)["lead"] == "Two points are needed before a model says anything."
    assert drawn("one_dimension", made("one_dimension", points=""))["coming"]["x"] >= 0


def test_populations_move_a_generation_a_step_and_only_particles_have_flights():
    data = made("generations")
    figures = drawn("generations", data)["figures"]
    for name in ("pso", "aco", "ga", "de"):
        assert len(data["trials"][name]) == 24
        frames = figures[name]["frames"]
        assert [len(frame["3"]["x"]) for frame in frames] == [6] * 4
        assert [len(frame["1"]["x"]) for frame in frames] == [0, 6, 12, 18]
        assert (frames[1]["2"]["x"] != []) == (name == "pso")
    first, last = (figures["best"]["frames"][at]["0"]["y"] for at in (0, -1))
    assert last[-1] <= first[0]


@pytest.mark.parametrize(("n", "eta", "most", "sizes"), [
    ("27", "3", "27", [27, 9, 3, 1]),
    ("10", "2", "64", [10, 5, 2, 1]),
    ("20", "4", "8", [20, 5]),
])  # fmt: skip
def test_halving_lets_exactly_the_best_of_each_rung_go_on(n: str, eta: str, most: str, sizes: list[int]):
    data = made("halving", n=n, eta=eta, most=most)
    rungs = data["rungs"]
    assert [len(rung["members"]) for rung in rungs] == sizes
    assert rungs[-1]["epochs"] == float(most)
    for rung, above in pairwise(rungs):
        ranked = sorted(rung["members"], key=lambda member: member[1])
        assert {each for each, _ in above["members"]} == {each for each, _ in ranked[: len(above["members"])]}
        assert above["epochs"] == pytest.approx(rung["epochs"] * int(eta), rel=0.2)
    assert {network for network, _ in rungs[0]["members"]} == set(range(int(n)))


def test_halving_costs_what_its_rungs_train():
    data = made("halving", n="27", eta="3", most="27")
    assert halving._costs(data["rungs"]) == [27, 18, 18, 18]
    assert drawn("halving", data)["lead"] == "81 epochs instead of 729: 88.9\u00a0% less."
