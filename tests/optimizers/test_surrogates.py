"""Gaussian process, Parzen estimator, forest, output warp, fit chain: each against something known."""

import warnings

import numpy as np
import pytest
from scipy import stats

from optimizers.space import Categorical, Dimension, Float, Space
from optimizers.surrogates.features import FeatureMap
from optimizers.surrogates.fit_chain import FitChain, ladder
from optimizers.surrogates.forest import Forest, cross_validated_r2
from optimizers.surrogates.gaussian_process import GaussianProcess, Hyperparameters, _Loss, fit, prior_mode
from optimizers.surrogates.output_warp import OutputWarp
from optimizers.surrogates.parzen import ParzenEstimator

MIXED = (
    Dimension("x", "continuous", None),
    Dimension("n", "integer", 8),
    Dimension("c", "categorical", 3),
    Dimension("child", "continuous", None),
)


def mixed_rows(rng, count=30):
    rows = rng.random((count, 4))
    rows[:, 2] = (rng.integers(3, size=count) + 0.5) / 3
    rows[rng.random(count) < 0.4, 3] = np.nan
    return rows


def smooth(rows):
    return np.sin(4 * rows[:, 0]) + rows[:, 1] + 0.5 * (rows[:, 2] < 0.3)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


# Features


def test_two_categories_are_at_distance_one_and_a_missing_dimension_at_a_fixed_one():
    features = FeatureMap.of((Dimension("c", "categorical", 3), Dimension("x", "continuous", None)))
    rows = np.array([[1 / 6, 0.2], [0.5, 0.2], [np.nan, 0.2], [1 / 6, np.nan], [1 / 6, 0.5]])
    squared = ((features(rows)[:, None] - features(rows)[None]) ** 2).sum(axis=2)
    assert squared[0, 1] == pytest.approx(1.0)
    assert squared[0, 2] == squared[1, 2] == pytest.approx(0.5)
    assert squared[3, 4] == pytest.approx(0.0)
    assert features.owner.tolist() == [0, 0, 0, 1]


# Gaussian process


def test_the_gradient_of_the_hyperparameters_is_that_of_finite_differences(rng):
    rows = mixed_rows(rng)
    features = FeatureMap.of(MIXED)
    loss = _Loss(features(rows), features.owner, smooth(rows), len(MIXED))
    logs = prior_mode(len(MIXED)).logs() + 0.3 * rng.standard_normal(6)
    steps = 1e-5 * np.eye(6)
    numeric = [(loss(logs + step)[0] - loss(logs - step)[0]) / 2e-5 for step in steps]
    assert loss(logs)[1] == pytest.approx(np.array(numeric), abs=1e-6)


def test_the_slopes_of_a_prediction_are_those_of_finite_differences(rng):
    rows = mixed_rows(rng)
    features = FeatureMap.of(MIXED)
    model = GaussianProcess.condition(features(rows), features.owner, smooth(rows), prior_mode(len(MIXED)))
    point = features(mixed_rows(rng, 1))[0]
    mean, std, mean_slope, std_slope = model.predict_with_slopes(point)
    steps = 1e-6 * np.eye(len(point))
    ahead, behind = model.predict(point + steps), model.predict(point - steps)
    assert (mean, std) == pytest.approx([part[0] for part in model.predict(point[None])])
    assert mean_slope == pytest.approx((ahead[0] - behind[0]) / 2e-6, abs=1e-5)
    assert std_slope == pytest.approx((ahead[1] - behind[1]) / 2e-6, abs=1e-5)


def test_it_predicts_what_it_has_not_seen_and_knows_what_it_does_not_know(rng):
    features = FeatureMap.of(MIXED)
    rows, others = mixed_rows(rng, 80), mixed_rows(rng, 200)
    values = smooth(rows)
    found, _ = fit(features(rows), features.owner, values, prior_mode(len(MIXED)), 60)
    mean, std = GaussianProcess.condition(features(rows), features.owner, values, found).predict(
        features(others)
    )
    error = np.abs(mean - smooth(others))
    assert np.sqrt(np.mean(error**2)) < 0.1 * np.std(values)
    assert np.mean(error < 2 * std + 0.01) > 0.85


def test_it_learns_which_dimensions_matter_and_how_much_noise_there_is(rng):
    rows = rng.random((120, 2))
    features = FeatureMap.of(MIXED[:1] + MIXED[3:])
    noisy = np.sin(6 * rows[:, 0]) + 0.3 * rng.standard_normal(120)
    values = (noisy - noisy.mean()) / noisy.std()
    found, _ = fit(features(rows), features.owner, values, prior_mode(2), 60)
    assert found.lengthscales[1] > 3 * found.lengthscales[0]
    assert found.noise == pytest.approx((0.3 / noisy.std()) ** 2, rel=0.5)


def test_hyperparameters_survive_their_logs():
    found = Hyperparameters((0.5, 2.0), 1.5, 0.01)
    again = Hyperparameters.of_logs(found.logs())
    assert again.lengthscales == pytest.approx(found.lengthscales)
    assert (again.amplitude, again.noise) == pytest.approx((1.5, 0.01))


# Fit chain


def counted(calls):
    def fit_prefix(length, start):
        calls.append(length)
        return Hyperparameters((float(length),), 1.0 if start is None else start.amplitude + 1.0, 1.0)

    return fit_prefix


def test_a_chain_computes_each_prefix_once_and_a_fresh_one_agrees():
    columns = (np.arange(30.0), np.arange(30.0) ** 2)
    calls: list[int] = []
    chain = FitChain()
    for count in range(1, 31):
        latest = chain.latest([column[:count] for column in columns], counted(calls))
    assert calls == ladder(30)
    assert latest == FitChain().latest(columns, counted([]))


def test_a_late_result_makes_the_chain_compute_the_prefixes_that_hold_it():
    numbers = np.delete(np.arange(31.0), 20)
    chain, calls = FitChain(), []
    chain.latest([numbers[:30]], counted([]))
    chain.latest([np.arange(30.0)], counted(calls))
    assert calls == [length for length in ladder(30) if length > 20]


# Output warp


@pytest.mark.parametrize(
    "values",
    [
        np.array([3.0]),
        np.full(5, 7.0),
        np.zeros(4),
        np.array([1e300, -1e300, 5e299, 0.0]),
        np.array([1e-300, 3e-300, 2e-300]),
        np.array([1.7e308, -1.7e308]),
        np.array([5e-324, 0.0, 1.0]),
        np.array([0.1, 0.11, 0.12, 0.13, 1e9, 1e12]),
        np.array([1.0, 1.0, 1.0, 2.0]),
        np.random.default_rng(0).lognormal(0.0, 3.0, 200),
    ],
)
def test_the_warp_keeps_the_order_at_unit_spread_without_overflow(values):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warp = OutputWarp.fit(values)
        images = warp.forward(values)
        back = warp.inverse(images)
    assert np.isfinite(images).all()
    assert images[np.argsort(values)] == pytest.approx(np.sort(images))
    assert images.std() == pytest.approx(1.0 if len(set(values)) > 1 else 0.0)
    scale = np.abs(values).max()
    if scale:
        assert back / scale == pytest.approx(values / scale, abs=1e-9)


def test_awful_values_leave_the_good_ones_apart_and_the_warp_reaches_beyond_the_best():
    values = np.array([0.1, 0.2, 0.3, 0.4, 1e6, 1e9])
    warp = OutputWarp.fit(values)
    images = warp.forward(values)
    assert images[1] - images[0] > 0.1
    assert warp.inverse(np.array([images[0] - 1.0]))[0] < 0.1
    assert warp.inverse(np.array([images[-1] + 9.0]))[0] == pytest.approx(1e9)


# Parzen estimator


def estimator(space, rows, width=0.2):
    groups = (np.array([0, 1]), np.array([2]))
    widths = np.full(rows.shape, width)
    weights = np.arange(1.0, len(rows) + 1)
    return ParzenEstimator.build(space.dimensions, groups, rows, weights, widths)


CONDITIONAL = Space(
    {
        "kind": Categorical(["a", "b"]),
        "x": Float(0.0, 1.0),
        "child": Float(0.0, 1.0, when={"kind": "b"}),
    }
)
OBSERVED = np.array([[0.25, 0.1, np.nan], [0.75, 0.9, 0.2], [0.75, 0.5, 0.9]])


def test_the_density_over_each_branch_adds_up_to_the_share_of_its_category():
    # Densities are relative to the uniform one: over the whole space the mean is 1.
    model = estimator(CONDITIONAL, OBSERVED)
    grid = (np.arange(200) + 0.5) / 200
    x, child = (axis.ravel() for axis in np.meshgrid(grid, grid))
    flat = np.column_stack([np.full(200, 0.25), grid, np.full(200, np.nan)])
    deep = np.column_stack([np.full_like(x, 0.75), x, child])
    share_a = 0.5 * np.exp(model.log_density(flat)).mean()
    share_b = 0.5 * np.exp(model.log_density(deep)).mean()
    assert share_a + share_b == pytest.approx(1.0, abs=1e-3)
    # Weights 1, 2, 3 and the prior 1; a kernel gives its own category 1 - 0.2 / 2.
    assert share_a == pytest.approx((1 * 0.9 + 5 * 0.1 + 0.5) / 7, abs=1e-3)


def test_samples_follow_the_density(rng):
    model = estimator(CONDITIONAL, OBSERVED)
    drawn = model.sample(rng, 4000, CONDITIONAL.snap_many)
    deep = drawn[:, 0] > 0.5
    assert np.isnan(drawn[~deep, 2]).all()
    assert not np.isnan(drawn[deep, 2]).any()
    grid = (np.arange(400) + 0.5) / 400
    flat = np.column_stack([np.full(400, 0.25), grid, np.full(400, np.nan)])
    density = np.exp(model.log_density(flat))
    steps = np.concatenate([[0.0], np.cumsum(density) / density.sum()])
    edges = np.linspace(0.0, 1.0, 401)
    assert stats.kstest(drawn[~deep, 1], lambda at: np.interp(at, edges, steps)).pvalue > 0.01


def test_children_follow_the_route_that_led_to_them():
    model = estimator(CONDITIONAL, OBSERVED, width=0.05)
    together = np.array([[0.75, 0.9, 0.2], [0.75, 0.5, 0.9]])
    apart = np.array([[0.75, 0.9, 0.9], [0.75, 0.5, 0.2]])
    assert (model.log_density(together) > model.log_density(apart) + 1.0).all()


def test_without_rows_the_density_is_uniform(rng):
    model = estimator(CONDITIONAL, np.empty((0, 3)))
    rows = CONDITIONAL.sample_many(rng, 20)
    assert model.log_density(rows) == pytest.approx(np.zeros(20))
    assert len(model.sample(rng, 20, CONDITIONAL.snap_many)) == 20


# Forest


def test_a_forest_explains_structure_and_not_noise(rng):
    rows = mixed_rows(rng, 200)
    assert cross_validated_r2(rows, smooth(rows), seed=0) > 0.8
    assert cross_validated_r2(rows, rng.standard_normal(200), seed=0) < 0.1
    assert cross_validated_r2(rows, np.ones(200), seed=0) == 0.0


def test_a_forest_tells_active_from_inactive(rng):
    rows = mixed_rows(rng, 200)
    active = ~np.isnan(rows[:, 3])
    forest = Forest.fit(rows, active.astype(float), seed=0)
    mean, std = forest.predict(rows)
    assert mean == pytest.approx(active.astype(float))
    assert std == pytest.approx(np.zeros(200))


def test_slopes_are_right_where_ranges_are_bent():
    rng = np.random.default_rng(4)
    square = Space({"x": Float(0, 1), "y": Float(0, 1)})
    features = FeatureMap.of(square.dimensions)
    rows = rng.random((15, 2))
    values = np.sin(3 * rows[:, 0] ** 3) + rows[:, 1]
    loss = _Loss(features(rows), features.owner, values, 2)
    logs = prior_mode(2).logs(bent=True) + 0.2 * rng.standard_normal(8)
    numeric = [(loss(logs + step)[0] - loss(logs - step)[0]) / 2e-5 for step in 1e-5 * np.eye(8)]
    assert loss(logs)[1] == pytest.approx(numeric, rel=1e-3, abs=1e-4)

    found, _ = fit(features(rows), features.owner, values, prior_mode(2), 60, np.array([True, True]))
    assert len(found.bends) == 4
    assert Hyperparameters.of_logs(found.logs(bent=True), 2).bends == pytest.approx(found.bends)
    model = GaussianProcess.condition(features(rows), features.owner, values, found)
    point = np.array([0.3, 0.6])
    mean, std, mean_slope, std_slope = model.predict_with_slopes(point)
    for place, step in enumerate(1e-5 * np.eye(2)):
        up, down = model.predict((point + step)[None]), model.predict((point - step)[None])
        assert mean_slope[place] == pytest.approx((up[0][0] - down[0][0]) / 2e-5, rel=1e-3, abs=1e-5)
        assert std_slope[place] == pytest.approx((up[1][0] - down[1][0]) / 2e-5, rel=1e-2, abs=1e-5)
    assert (mean, std) == pytest.approx([each[0] for each in model.predict(point[None])])
