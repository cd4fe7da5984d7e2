"""Priors: what a person believes of good values steers the search at first, and is forgotten when wrong."""

import numpy as np
import pytest

from optimizers import Boolean, Categorical, Float, Integer, Result, Space, SpaceError, available, create
from optimizers.belief import Belief
from optimizers.registry import get

OPTIMUM = {"x": 0.3, "y": -0.4, "z": 0.1, "w": 0.6}


def normal(loc, scale):
    return {"name": "norm", "args": {"loc": loc, "scale": scale}}


def space_of(shift=None):
    """The optimum's space; with a shift, beliefs that are off by it."""
    priors = {name: None if shift is None else normal(at + shift, 0.12) for name, at in OPTIMUM.items()}
    return Space({name: Float(-1.0, 1.0, prior=prior) for name, prior in priors.items()})


def valley(params):
    return sum((params[name] - at) ** 2 for name, at in OPTIMUM.items())


def best_of(name, space, trials, seed, **options):
    optimizer = create(name, space, seed=seed, budget=trials, **options)
    values = []
    for number in range(trials):
        params = optimizer.ask(number).params
        values.append(valley(params))
        optimizer.tell([Result(number, params, values[-1])])
    return min(values)


@pytest.mark.parametrize("name", ["random", "tpe", "gp", "forest", "auto"])
def test_a_good_prior_speeds_the_search_up(name):
    plain, told = (np.mean([best_of(name, space_of(shift), 10, seed) for seed in range(2)])
                   for shift in (None, 0.05))  # fmt: skip
    assert told < 0.5 * plain


@pytest.mark.parametrize("name", ["tpe", "gp"])
def test_a_wrong_prior_is_forgotten(name):
    # All of the belief lies 0.5 beside the optimum; drawing from it alone ends at about 4 · 0.38² ≈ 0.6.
    optimizer = create(name, space_of(-0.5), seed=1, budget=30)
    values = []
    for number in range(30):
        params = optimizer.ask(number).params
        values.append(valley(params))
        optimizer.tell([Result(number, params, values[-1])])
    assert min(values[:6]) > 0.4
    assert min(values) < 0.25


@pytest.mark.parametrize("name", [name for name in available() if name not in ("grid", "sobol")])
def test_the_first_trials_of_every_method_come_from_the_prior(name):
    space = Space({"x": Float(0.0, 1.0, prior=normal(0.2, 0.02)), "kind": Categorical(["a", "b"])})
    hints = {"min_fidelity": 1, "max_fidelity": 9} if get(name).needs_fidelity else {}
    optimizer = create(name, space, seed=0, budget=100, objectives=2 if name == "ehvi" else 1, **hints)
    pending = []
    for number in range(4):
        pending.append(optimizer.ask(number, pending))
    near = [abs(suggestion.params["x"] - 0.2) < 0.06 for suggestion in pending]
    assert np.mean(near) >= 0.75


def test_densities_follow_scale_steps_and_distribution_and_gradients_their_differences():
    space = Space(
        {
            "c": Float(1e-3, 1e3, log=True, prior={"name": "lognorm", "args": {"s": 1.0, "scale": 10.0}}),
            "n": Integer(1, 9, prior={"name": "poisson", "args": {"mu": 3.0}}),
            "s": Float(
                0.0, 1.0, distribution={"name": "beta", "args": {"a": 2, "b": 5}}, prior=normal(0.3, 0.1)
            ),
        }
    )
    belief = Belief.of(space, None)
    drawn = [space.decode(row) for row in belief.sample(np.random.default_rng(0), 2000)]
    assert np.median([params["c"] for params in drawn]) == pytest.approx(10.0, rel=0.1)
    assert np.std(np.log([params["c"] for params in drawn])) == pytest.approx(1.0, rel=0.1)
    counts = np.bincount([params["n"] for params in drawn], minlength=10)
    assert counts[3] / counts[6] == pytest.approx(4.44, rel=0.35)  # Poisson: 0.224 and 0.0504
    assert np.mean([params["s"] for params in drawn]) == pytest.approx(0.3, abs=0.02)
    row = space.encode({"c": 30.0, "n": 3, "s": 0.33})
    for column in (0, 2):
        step = np.zeros(3)
        step[column] = 1e-5
        ends = belief.log_density(np.vstack([row - step, row + step]))
        assert belief.slopes(row)[column] == pytest.approx((ends[1] - ends[0]) / 2e-5, rel=0.02)
    assert belief.slopes(row)[1] == 0.0


def test_a_belief_says_nothing_of_inactive_parameters_and_keeps_conditions_and_rules():
    space = Space(
        {
            "kind": Categorical(["a", "b"]),
            "x": Float(0.0, 1.0, prior=normal(0.9, 0.05), when={"kind": "a"}),
            "y": Float(0.0, 1.0, prior=normal(0.8, 0.05)),
        },
        constraints=["x + y <= 1.6"],
    )
    belief = Belief.of(space, None)
    rows = belief.sample(np.random.default_rng(1), 200)
    assert space.feasible_many(rows).all()
    inactive = rows[np.isnan(rows[:, 1])]
    assert 20 < len(inactive) < 180
    assert np.isfinite(belief.log_density(rows)).all()


def test_its_weight_falls_with_the_results_and_a_space_without_priors_has_none():
    belief = Belief.of(space_of(0.0), 100)
    assert belief.weight(5) > belief.weight(10) == 1.0 > belief.weight(100)
    assert np.mean([belief.draws(number) for number in range(10)]) >= 0.6
    assert np.mean([belief.draws(number) for number in range(500, 600)]) < 0.1
    assert Belief.of(space_of(), 100) is None


def test_a_prior_outside_of_the_range_is_refused_beside_its_field():
    with pytest.raises(SpaceError, match="no probability") as refused:
        Space.from_dict(
            {"parameters": [{"name": "x", "type": "float", "low": 0, "high": 1, "prior": normal(900.0, 1.0)}]}
        )
    assert (refused.value.parameter, refused.value.field) == ("x", "prior")


def test_a_belief_in_choices_is_drawn_from_and_steers_the_acquisition():
    space = Space({"kind": Categorical(["a", "b", "c"], prior=[6, 3, 1]), "on": Boolean(prior=[1, 0])})
    belief = Belief.of(space, None)
    drawn = [space.decode(row) for row in belief.sample(np.random.default_rng(0), 2000)]
    shares = [np.mean([params["kind"] == kind for params in drawn]) for kind in "abc"]
    assert shares == pytest.approx([0.6, 0.3, 0.1], abs=0.03)
    assert not any(params["on"] for params in drawn)
    density = belief.log_density(np.array([space.encode({"kind": kind, "on": False}) for kind in "abc"]))
    assert np.diff(density) == pytest.approx([np.log(1 / 2), np.log(1 / 3)], abs=0.1)
    # What is not believed in stays possible.
    assert np.isfinite(belief.log_density(space.encode({"kind": "c", "on": True})[None])).all()


@pytest.mark.parametrize("name", ["random", "tpe", "gp", "ga"])
def test_a_belief_in_a_choice_shapes_the_first_trials(name):
    space = Space({"kind": Categorical(list("abcdefgh"), prior=[0, 0, 0, 1, 0, 0, 0, 0]), "x": Float(0, 1)})
    optimizer = create(name, space, seed=0, budget=100)
    pending = []
    for number in range(4):
        pending.append(optimizer.ask(number, pending))
    assert np.mean([suggestion.params["kind"] == "d" for suggestion in pending]) >= 0.75


@pytest.mark.parametrize(
    ("prior", "message"),
    [
        ([1, 2], "2 weights for 3 choices"),
        ([1, -1, 2], "weight -1"),
        ([1, True, 2], "weight True"),
        ([float("nan"), 1, 1], "weight nan"),
        ([0, 0, 0], "only zeros"),
        ("abc", "list of weights"),
        (3, "list of weights"),
    ],
)
def test_weights_that_say_nothing_are_refused(prior, message):
    with pytest.raises(SpaceError, match=message) as refused:
        Space.from_dict(
            {"parameters": [{"name": "k", "type": "categorical", "choices": [1, 2, 3], "prior": prior}]}
        )
    assert (refused.value.parameter, refused.value.field) == ("k", "prior")
