"""The replays of early stopping: tables are whole, a search without a rule trains everything."""

import numpy as np
import pytest

from benchmarks.early_stopping import interval, replay
from benchmarks.fold_tables import SPLITS, TABLES


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_configuration_has_a_loss_on_every_fold(table):
    for kind, (folds, repeats) in SPLITS.items():
        assert table.losses[kind].shape == (*table.shape, folds * repeats)
        assert np.isfinite(table.losses[kind]).all()
    assert table.space.size == np.prod(table.shape)


def test_a_rule_saves_folds_that_are_then_used():
    table = next(table for table in TABLES if table.name == "svr")
    plain = replay(table, "5-fold", "random", 0, None, 20)
    raced = replay(table, "5-fold", "random", 0, "race", 20)
    assert plain.folds == plain.whole == raced.whole == 100
    assert plain.regret == plain.regret_at_whole
    assert 20 <= raced.folds < 90
    assert raced.regret_at_whole <= raced.regret


def test_the_interval_holds_the_mean():
    low, high = interval(np.array([0.0, 0.0, 0.0, 0.3, -0.1]))
    assert low < 0.04 < high
