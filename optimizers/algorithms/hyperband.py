"""Hyperband: successive halving in brackets that trade many short trainings for few long ones."""

from __future__ import annotations

from optimizers.fidelity.brackets import BracketSearch


class Hyperband(BracketSearch):
    """Random configurations under Hyperband's schedule (Li et al. 2018, JMLR 18).

    A sweep is one bracket for each rung to begin at. Asynchronous: while a rung waits for its last result the
    next bracket begins.

    create("hyperband", space, seed=0, min_fidelity=1, max_fidelity=81, eta=3)
    """

    name = "hyperband"
    title = "Hyperband"
    summary = "Trains many random configurations a little and the best third ever further, in brackets."
