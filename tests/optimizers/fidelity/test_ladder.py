"""The rungs: how many, which, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from optimizers import OptionError
from optimizers.fidelity.ladder import Ladder


@pytest.mark.parametrize(
    ("low", "high", "eta", "levels"),
    [
        (1, 81, 3, (1, 3, 9, 27, 81)),
        (1, 243, 3, (1, 3, 9, 27, 81, 243)),
        (2, 81, 3, (3, 9, 27, 81)),
        (10, 200, 3, (22, 67, 200)),
        (0.1, 1.0, 3, (1 / 9, 1 / 3, 1.0)),
        (1, 4, 2, (1, 2, 4)),
    ],
)
def test_levels(low: float, high: float, eta: int, levels: tuple[float, ...]) -> None:
    assert Ladder.of("asha", low, high, eta).levels == pytest.approx(levels)


def test_one_rung_is_refused_with_what_to_do() -> None:
    with pytest.raises(OptionError, match="lower its least value to 27 or less") as caught:
        Ladder.of("asha", 50, 81, 3)
    assert caught.value.option == "eta"


def test_a_trial_stands_on_the_lowest_rung_it_has_not_passed() -> None:
    ladder = Ladder.of("asha", 1, 27, 3)
    reached = np.array([0.2, 1, 2, 3, 26, 27, 99, np.nan])
    assert ladder.rungs(reached).tolist() == [0, 0, 1, 1, 3, 3, 3, 3]
