"""Grid search: every combination of the parameters' values once, in a fixed order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np

from optimizers.base import Optimizer, Suggestion
from optimizers.errors import SpaceExhausted


class Grid(Optimizer):
    """The trial's number is its place in the grid; places already tried are passed over.

    The space's `grid_size` tells how many there are. A float needs `step` or `points`.

        [create("grid", space, seed=0).ask(number).params for number in range(space.grid_size)]
    """

    name = "grid"
    title = "Grid search"
    summary = (
        "Tries every combination once: complete and easy to explain, but grows fast with each parameter."
    )
    learns = False
    default_first = False

    @dataclass(frozen=True)
    class Options:
        shuffle: bool = field(
            default=False,
            metadata={"help": "Go through the grid in random order, for a budget smaller than the grid."},
        )

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._points = self.space.grid_configurations

    def _suggest(self, number: int, pending: Sequence[Suggestion], rng: np.random.Generator) -> Suggestion:
        size = self._points.size
        taken = self.seen(pending).taken(self._points)
        if len(taken) >= size:
            raise SpaceExhausted(f"all {size} points of the grid have been tried; add values or finer steps")
        place = number % size
        while (point := self._point(place)) in taken:
            place = (place + 1) % size
        info = {"mode": "grid", "point": point + 1, "of": size}
        return Suggestion(number, self.space.params_of(self._points.at(point)), info=info)

    def _point(self, place: int) -> int:
        return shuffled(place, self._points.size, self.seed) if self.options.shuffle else place


def shuffled(place: int, size: int, seed: int) -> int:
    """A permutation of range(size) fixed by the seed, for sizes too large to shuffle in memory.

    Four Feistel rounds on the smallest even number of bits, walked on until the result falls below `size`.
    """
    half = max(1, ((size - 1).bit_length() + 1) // 2)
    while True:
        left, right = place >> half, place & ((1 << half) - 1)
        for turn in range(4):
            digest = blake2b(f"{seed} {turn} {right}".encode()).digest()
            left, right = right, left ^ (int.from_bytes(digest, "big") & ((1 << half) - 1))
        place = left << half | right
        if place < size:
            return place
