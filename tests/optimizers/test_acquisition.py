"""Log expected improvement against numerical integration, its limits and its slopes."""

import numpy as np
import pytest
from scipy import integrate, stats

from optimizers.acquisition import (
    log_expected_improvement,
    log_expected_improvement_slopes,
    probability_of_improvement,
)


@pytest.mark.parametrize(("mean", "std", "best"), [(0.0, 1.0, 0.5), (3.0, 2.0, -1.0), (10.0, 0.5, 9.0)])
def test_it_is_the_logarithm_of_the_integral(mean, std, best):
    def gain(value):
        return (best - value) * stats.norm.pdf(value, mean, std)

    integral, _ = integrate.quad(gain, best - 12 * std, best)
    found = log_expected_improvement(np.array([mean]), np.array([std]), best)
    assert found[0] == pytest.approx(np.log(integral), abs=1e-6)


def test_it_stays_finite_smooth_and_increasing_where_the_improvement_underflows():
    best = -np.logspace(0, 7, 400)
    found = np.array([log_expected_improvement(np.zeros(1), np.ones(1), value)[0] for value in best])
    assert np.isfinite(found).all()
    assert (np.diff(found) < 0).all()
    leading = -0.5 * best**2 - 0.5 * np.log(2 * np.pi) - 2 * np.log(-best)
    far = best < -50
    assert found[far] == pytest.approx(leading[far], abs=2e-3, rel=1e-12)


@pytest.mark.parametrize("mean", [-3.0, 0.0, 2.0, 6.0, 40.0])
def test_slopes_are_those_of_finite_differences(mean):
    def at(mean, std):
        return log_expected_improvement(np.array(mean), np.array(std), 0.0)

    by_mean, by_std = log_expected_improvement_slopes(np.array(mean), np.array(1.0), 0.0)
    step = 1e-6
    assert by_mean == pytest.approx((at(mean + step, 1.0) - at(mean - step, 1.0)) / (2 * step), rel=1e-4)
    assert by_std == pytest.approx((at(mean, 1.0 + step) - at(mean, 1.0 - step)) / (2 * step), rel=1e-4)


def test_the_probability_of_improvement_is_that_of_the_normal_distribution():
    found = probability_of_improvement(np.array([0.0, 1.0]), np.array([1.0, 2.0]), 0.0)
    assert found == pytest.approx([0.5, stats.norm.cdf(-0.5)])
