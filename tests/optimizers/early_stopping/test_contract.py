"""The contract that every stopping rule keeps; new ones are found and tested by themselves."""

import random
from dataclasses import fields

import numpy as np
import pytest

from optimizers import OptionError
from optimizers.early_stopping import Curve, Horizon, available, create, get

RULES = [(name, kind) for name in available() for kind in get(name).fits]
every_rule = pytest.mark.parametrize(("name", "kind"), RULES)
every_name = pytest.mark.parametrize("name", available())
TOTAL = 12
NEEDED = {"threshold": {"threshold": 0.9}, "patience": {"patience": 2}}


def rule(name, kind, **options):
    return create(name, Horizon(kind, TOTAL), **NEEDED.get(name, {}) | options)


def reports(kind, level, number, steps=TOTAL, noise=0.02):
    """Scores of folds about `level`, or a curve that falls to it and stays there."""
    rng = np.random.default_rng(number)
    at = np.arange(1, steps + 1)
    fall = 0.0 if kind == "folds" else 0.6 * np.exp(-2.0 * at)
    fold = np.sin(at) * 0.05 if kind == "folds" else 0.0  # some folds are harder for everybody
    return at, level + fall + fold + rng.normal(0, noise if kind == "folds" else 0.0001, steps)


def curve(kind, level, number, steps=TOTAL, *, complete=True):
    return Curve(number, *reports(kind, level, number, steps), complete=complete)


def others(kind):
    return [curve(kind, 0.3 + 0.02 * number, number) for number in range(10)]


def verdicts(name, kind, own, peers, **options):
    """What the rule says after each report of a trial."""
    found = rule(name, kind, **options)
    return [
        found.decide(Curve(own.number, own.steps[:done], own.values[:done]), peers)
        for done in range(1, len(own) + 1)
    ]


@every_name
def test_it_introduces_itself(name):
    found = get(name)
    assert found.name == name
    assert 0 < len(found.title) <= 40
    assert 0 < len(found.summary) <= 110
    assert found.fits
    assert found.__doc__
    for option in fields(found.Options):
        assert option.metadata["help"]


@every_rule
def test_it_stops_what_is_far_behind_and_says_why(name, kind):
    stopped = [each for each in verdicts(name, kind, curve(kind, 2.0, 20), others(kind)) if each.stop]
    assert stopped
    first = stopped[0]
    assert first.step < TOTAL
    assert first.reason[0].isupper()
    assert "{" not in first.reason
    assert f"{first.level:.4g}" in first.reason or name == "extrapolation"


@every_rule
def test_it_never_stops_what_leads(name, kind):
    best = curve(kind, 0.1, 20)
    assert not any(each.stop for each in verdicts(name, kind, best, others(kind)))


@every_rule
def test_it_never_stops_the_default_the_baseline_or_the_first_trials(name, kind):
    for number in (0, None, 1, 2):
        bad = curve(kind, 5.0, 3)
        bad.number = number
        peers = [each for each in others(kind) if each.number != number]
        assert not any(each.stop for each in verdicts(name, kind, bad, peers, warmup_trials=3))
    few = [curve(kind, 0.3, 0), curve(kind, 0.31, 1)]
    assert not any(each.stop for each in verdicts(name, kind, curve(kind, 5.0, 20), few, warmup_trials=3))
    assert not any(each.stop for each in verdicts(name, kind, curve(kind, 5.0, 20), []))


@every_rule
def test_it_never_stops_in_the_first_steps_or_at_the_end(name, kind):
    found = verdicts(name, kind, curve(kind, 2.0, 20), others(kind), warmup_steps=6)
    assert not any(each.stop for each in found[:6])
    assert any(each.stop for each in found[6:])
    assert not found[-1].stop


@every_rule
def test_the_order_of_trials_and_reports_does_not_matter(name, kind):
    shuffled = random.Random(1).sample(others(kind), 10)
    for level in (0.35, 0.5, 0.9):
        own = curve(kind, level, 20, 6)
        turned = Curve(20, own.steps[::-1], own.values[::-1])
        decide = rule(name, kind).decide
        assert decide(own, others(kind)) == decide(own, shuffled) == decide(turned, shuffled)


@every_rule
def test_nan_and_repeated_steps_do_not_matter(name, kind):
    own = curve(kind, 0.9, 20, 7)
    untidy = Curve(
        20,
        [0.5, *own.steps, own.steps[-1], np.nan, np.inf],
        [np.nan, *own.values[:-1], 99.0, own.values[-1], 1.0, 2.0],
    )
    broken = Curve(77, [1, 2], [np.nan, np.nan], complete=True)
    decide = rule(name, kind).decide
    assert decide(untidy, [*others(kind), broken]) == decide(own, others(kind))
    assert not decide(Curve(20, [], []), others(kind)).stop
    assert not decide(Curve(20, [1], [np.nan]), others(kind)).stop


@every_rule
@pytest.mark.parametrize("level", [0.32, 0.38, 0.6, 1.0])
def test_units_do_not_matter(name, kind, level):
    """Scaled and shifted values give the same decisions, at the same steps."""

    def changed(given):
        return Curve(given.number, given.steps, 1000 * given.values - 77, complete=given.complete)

    options = {"threshold": 1000 * 0.9 - 77} if name == "threshold" else {}
    plain = verdicts(name, kind, curve(kind, level, 20), others(kind))
    scaled = verdicts(
        name, kind, changed(curve(kind, level, 20)), list(map(changed, others(kind))), **options
    )
    assert [each.stop for each in plain] == [each.stop for each in scaled]


@pytest.mark.parametrize("name", ["median", "percentile", "patience"])
def test_of_these_only_ranks_matter(name):
    def bent(given):
        return Curve(given.number, given.steps, np.exp(5 * given.values), complete=given.complete)

    for level in (0.33, 0.4, 0.6):
        plain = verdicts(name, "steps", curve("steps", level, 20), others("steps"))
        found = verdicts(name, "steps", bent(curve("steps", level, 20)), list(map(bent, others("steps"))))
        assert [each.stop for each in plain] == [each.stop for each in found]


@every_rule
def test_running_trials_are_no_measure(name, kind):
    running = [curve(kind, -5.0, number, 5, complete=False) for number in range(30, 40)]
    own = curve(kind, 0.31, 20, 5)
    decide = rule(name, kind).decide
    assert decide(own, others(kind)).stop == decide(own, others(kind) + running).stop


@every_rule
def test_an_unknown_end_is_taken_from_the_others(name, kind):
    options = NEEDED.get(name, {})
    own = curve(kind, 2.0, 20, 6)
    known = create(name, Horizon(kind, TOTAL), **options).decide(own, others(kind))
    assert create(name, Horizon(kind), **options).decide(own, others(kind)) == known


@every_rule
def test_the_reason_of_a_study_that_maximises_has_its_own_signs(name, kind):
    stopped = next(each for each in verdicts(name, kind, curve(kind, 2.0, 20), others(kind)) if each.stop)
    turned = stopped.said(-1.0)
    assert stopped.reason != turned
    assert stopped.reason.replace("-", "") == turned.replace("-", "")


def test_what_cannot_be_is_refused_with_the_option():
    with pytest.raises(OptionError, match='did you mean "median"') as caught:
        create("medain", Horizon("steps"))
    assert caught.value.option == "name"
    with pytest.raises(OptionError, match="wilcoxon is for folds, and this study reports steps"):
        create("wilcoxon", Horizon("steps"))
    with pytest.raises(OptionError, match=r"0\.7") as caught:
        create("wilcoxon", Horizon("folds"), p=0.7)
    assert caught.value.option == "p"
    with pytest.raises(OptionError, match="threshold is missing") as caught:
        create("threshold", Horizon("steps"))
    assert caught.value.option == "threshold"
