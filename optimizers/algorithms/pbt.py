"""Population-based training: bad members take over the weights of good ones and vary their parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from optimizers.fidelity.lines import Lines
from optimizers.fidelity.population import PopulationOptions, Populations, Step
from optimizers.fidelity.vary import varied
from optimizers.space import Params


class PBT(Populations):
    """Jaderberg et al. (2017), arXiv 1711.09846: truncation selection, then perturb or resample.

    create("pbt", space, seed=0, min_fidelity=1, max_fidelity=50, population=12)
    """

    name = "pbt"
    title = "Population-based training"
    summary = "Trains a population; bad members copy the weights of good ones: schedules of learning rates."

    @dataclass(frozen=True)
    class Options(PopulationOptions):
        resample: float = field(
            default=0.25,
            metadata={
                "help": "How likely a parameter is drawn anew when weights are copied.",
                "min": 0.0,
                "max": 1.0,
            },
        )

    def explored(self, lines: Lines, step: Step, rng: np.random.Generator) -> tuple[Params, dict[str, Any]]:
        return varied(self.space, lines.params(step.source), self.options.resample, rng), {}
