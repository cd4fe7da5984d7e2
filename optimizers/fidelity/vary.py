"""Parameters changed a little, as population-based training does; called by pbt and pb2."""

from __future__ import annotations

import numpy as np

from optimizers.space import Params, Space

_FACTORS = (0.8, 1.2)


def varied(space: Space, params: Params, resample: float, rng: np.random.Generator) -> Params:
    """Each parameter drawn anew with probability `resample`, else a number times 0.8 or 1.2.

    An ordered choice or a whole number moves by one at least; other categories stay unless drawn anew.
    """
    row = space.encode(params)
    changed = np.where(np.isnan(row), rng.random(len(row)), row)
    drawn = rng.random(len(row))
    fresh = rng.random(len(row)) < resample
    factors = rng.choice(_FACTORS, size=len(row))
    for column, dimension in enumerate(space.dimensions):
        if fresh[column]:
            changed[column] = drawn[column]
        elif dimension.name in params and dimension.kind in ("continuous", "integer"):
            parameter = space.parameters[dimension.name]
            code = parameter.code(params[dimension.name]) * factors[column]
            changed[column] = float(np.clip(parameter.to_unit(np.array([code]))[0], 0.0, 1.0))
    snapped = space.snap_many(changed[None])[0]
    for column, dimension in enumerate(space.dimensions):
        stuck = not fresh[column] and snapped[column] == row[column]
        if stuck and dimension.cardinality and dimension.kind in ("integer", "ordinal"):
            way = 1.0 if factors[column] > 1.0 else -1.0
            changed[column] = row[column] + way / dimension.cardinality
    return space.decode(space.snap_many(np.clip(changed, 0.0, 1.0)[None])[0])
