"""What the surrogate believes, on functions whose shape is known."""

import numpy as np
import pytest

from optimizers import Categorical, Float, Result, Space
from optimizers.surrogate_view import FEWEST_RESULTS, STEPS, Viewer

SPACE = Space({"x": Float(0, 1), "y": Float(0, 1)})
BRANCHES = Space(
    {
        "kind": Categorical(["flat", "deep"]),
        "depth": Float(0, 1, when={"kind": "deep"}),
    }
)


def told(space, fn, count=30, seed=0):
    rng = np.random.default_rng(seed)
    params = [space.sample(rng) for _ in range(count)]
    return [Result(number, each, value=fn(each)) for number, each in enumerate(params)]


def bowl(params):
    return 3 + (params["x"] - 0.3) ** 2 * 10 + 0.001 * params["y"]


@pytest.fixture(scope="module")
def moment():
    return Viewer(SPACE).after(told(SPACE, bowl))


def test_the_curve_has_its_valley_where_the_function_has(moment):
    curve = moment.curve("x", moment.anchor(None))
    middle = curve.bands[STEPS.index(0.0)]
    assert curve.units[int(np.argmin(middle))] == pytest.approx(0.3, abs=0.05)
    assert min(middle) == pytest.approx(3.0, abs=0.05)
    assert all(np.all(np.diff(np.array(curve.bands), axis=0) >= 0, axis=0)), "bands are nested"
    assert min(curve.improvement) >= 0


def test_it_is_less_sure_where_nothing_was_tried():
    tried = [result for result in told(SPACE, bowl, 60) if result.params["x"] < 0.5]
    curve = Viewer(SPACE).after(tried).curve("x", np.array([0.3, 0.5]))
    width = np.array(curve.bands[-1]) - np.array(curve.bands[0])
    assert width[-1] > 3 * width[6]


def test_a_curve_goes_through_the_point_that_is_given(moment):
    found = moment.summary(["x", "y"], {"x": 0.9, "y": 0.25})
    assert found.curves[0].at == pytest.approx({"x": 0.9, "y": 0.25})
    assert found.known == 30
    assert found.best == pytest.approx(min(moment.values))


def test_the_dependence_averages_the_others_out(moment):
    x, y = moment.dependence("x"), moment.dependence("y")
    assert x.units[int(np.argmin(x.mean))] == pytest.approx(0.3, abs=0.06)
    assert np.ptp(x.mean) > 20 * np.ptp(y.mean)
    assert all(low <= mean <= high for low, mean, high in zip(x.low, x.mean, x.high, strict=True))
    assert x.share == 1.0


def test_a_surface_agrees_with_the_curve(moment):
    anchor = moment.anchor({"x": 0.3, "y": 0.5})
    surface, curve = moment.surface(("x", "y"), anchor), moment.curve("x", anchor)
    middle = surface.mean[surface.y.index(0.5)]
    assert middle[0] == pytest.approx(curve.bands[4][0])
    assert middle[-1] == pytest.approx(curve.bands[4][-1])


def test_left_out_results_are_predicted_on_a_smooth_function_and_not_on_noise(moment):
    smooth = moment.left_out()
    assert smooth.r2 > 0.9
    assert smooth.rank > 0.9
    assert smooth.actual == pytest.approx(moment.values)
    rng = np.random.default_rng(1)
    noise = Viewer(SPACE).after(told(SPACE, lambda params: float(rng.normal()))).left_out()
    assert noise.r2 < 0.3
    assert 0.6 < noise.covered <= 1.0


def test_inactive_parameters_have_no_place_on_a_surface_and_are_shown_where_they_are_active():
    results = told(BRANCHES, lambda params: 1.0 - params.get("depth", 0.0))
    moment = Viewer(BRANCHES).after(results)
    flat = moment.anchor({"kind": "flat"})
    curve = moment.curve("depth", flat)
    assert curve.at["kind"] == "deep"
    surface = moment.surface(("kind", "depth"), flat)
    mesh = np.array(surface.mean)
    assert np.isnan(mesh[:, 0]).all()
    assert not np.isnan(mesh[:, 1]).any()
    assert moment.dependence("depth").share == pytest.approx(0.5, abs=0.1)


def test_each_family_has_its_best_candidate():
    results = told(BRANCHES, lambda params: 1.0 - params.get("depth", 0.0))
    found = Viewer(BRANCHES).after(results).candidates()
    assert [each.params["kind"] for each in found] == ["deep", "flat"]
    assert found[0].improvement >= found[1].improvement
    assert all(0 <= each.chance <= 1 for each in found)


def test_too_few_results_are_no_belief_and_failed_ones_do_not_count():
    results = [*told(SPACE, bowl, FEWEST_RESULTS - 1), Result(9, {"x": 0.1, "y": 0.1})]
    assert Viewer(SPACE).after(results) is None


def test_the_same_results_in_any_order_give_the_same_belief():
    results = told(SPACE, bowl, 20)
    one, other = Viewer(SPACE).after(results), Viewer(SPACE).after(results[::-1])
    assert one.summary(["x"]) == other.summary(["x"])
