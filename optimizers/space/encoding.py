"""Encoding: rows of the unit cube to codes and back, conditions applied, many at a time. Used by Space.

A row has D units, one per parameter; codes are what the parameters make of them. Both are NaN where inactive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizers.errors import SpaceError
from optimizers.space.graph import Graph
from optimizers.space.parameters import Parameter

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Encoding:
    """The parameters in the order of the columns, and the graph of their conditions."""

    columns: Sequence[Parameter]
    graph: Graph

    def codes(self, rows: Floats) -> Floats:
        """(n, D) codes of any (n, D) rows: clipped, snapped; an active NaN is the default or the middle."""
        return self._codes(rows, skip=frozenset())

    def snap(self, rows: Floats) -> Floats:
        """(n, D) rows as the units of their codes."""
        continuous = {
            column for column, parameter in enumerate(self.columns) if parameter.cardinality is None
        }
        snapped = self._codes(rows, skip=frozenset(continuous - self.graph.parents))
        for column, parameter in enumerate(self.columns):
            active = ~np.isnan(snapped[:, column])
            if column in continuous:
                snapped[active, column] = np.clip(_filled(rows[active, column], parameter), 0.0, 1.0)
            else:
                snapped[active, column] = parameter.to_unit(snapped[active, column])
        return snapped

    def codes_of(self, rows: Floats, columns: frozenset[int]) -> Floats:
        """As `codes`, exact in `columns` only: elsewhere a continuous code may be 0."""
        continuous = {
            column for column, parameter in enumerate(self.columns) if parameter.cardinality is None
        }
        return self._codes(rows, skip=frozenset(continuous - self.graph.parents - columns))

    def rows_of(self, codes: Floats) -> Floats:
        """(n, D) units of (n, D) codes."""
        rows = np.full(codes.shape, np.nan)
        for column, parameter in enumerate(self.columns):
            active = ~np.isnan(codes[:, column])
            rows[active, column] = parameter.to_unit(codes[active, column])
        return rows

    def _codes(self, rows: Floats, skip: frozenset[int]) -> Floats:
        """Codes, but 0 for the active ones of columns to `skip`: a distribution's quantiles can be slow."""
        if rows.ndim != 2 or rows.shape[1] != len(self.columns):
            raise SpaceError(
                f"rows have shape {rows.shape}; give (n, {len(self.columns)}), a column per parameter"
            )
        codes = np.full(rows.shape, np.nan)
        for column in self.graph.order:
            active = np.ones(len(rows), dtype=bool)
            for edge in self.graph.edges[column]:
                active &= edge.mask(codes[:, edge.parent])
            if column in skip:
                codes[active, column] = 0.0
            elif active.any():
                parameter = self.columns[column]
                codes[active, column] = parameter.from_unit(_filled(rows[active, column], parameter))
        return codes


def _filled(units: Floats, parameter: Parameter) -> Floats:
    return np.where(np.isnan(units), parameter.default_unit, units)
