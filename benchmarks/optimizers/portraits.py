"""Draws for each optimizer where its trials go, docs/images/methods/<name>.svg; run by hand.

python -m benchmarks.optimizers.portraits [--only gp tpe]

Forty trials on a square with a wide shallow hollow and a narrow deep one. Late trials are darker, the best is
ringed. Methods for several objectives get two: to be near the one and near the other. Methods that train in
parts get twenty full trainings' worth of them: the longer a configuration was trained, the larger its dot;
a stroke leads from a member of a population to what it went on with.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.optimizers.picture import ACCENT, CARD, GRID, MUTED
from optimizers import Float, Optimizer, Result, Space, create

FOLDER = Path(__file__).parents[2] / "docs" / "images" / "methods"
SPACE = Space({"x": Float(0.0, 1.0, points=7), "y": Float(0.0, 1.0, points=7)})
TRIALS, SIZE, EDGE = 40, 132, 6
WIDE, NARROW = (0.3, 0.34), (0.72, 0.7)
SPREADS, DEPTHS = (0.2, 0.13), (0.7, 1.0)
SEVERAL = ("ehvi", "nsga2", "parego")
IN_PARTS = ("hyperband", "asha", "bohb", "dehb", "pbt", "pb2")
METHODS = (
    *("auto", "random", "grid", "sobol", "tpe", "gp", "forest", "bnn", "turbo", "cmaes", "de", "pso", "aco"),
    *("ga", "annealing", *SEVERAL, *IN_PARTS),
)
LEAST, MOST, FULL_TRAININGS = 1.0, 27.0, 20

Place = tuple[float, float]


def hollow(place: Place) -> float:
    """Least value about −1, in the narrow one."""
    depths = [
        depth * np.exp(-((place[0] - x) ** 2 + (place[1] - y) ** 2) / (2.0 * spread**2))
        for (x, y), spread, depth in zip((WIDE, NARROW), SPREADS, DEPTHS, strict=True)
    ]
    return -float(sum(depths))


def distances(place: Place) -> tuple[float, float]:
    """How far the middles of both are."""
    return float(np.hypot(place[0] - WIDE[0], place[1] - WIDE[1])), float(
        np.hypot(place[0] - NARROW[0], place[1] - NARROW[1])
    )


def searched(name: str) -> tuple[list[Place], int | None]:
    """The places of all trials, and which was the best; None with several objectives."""
    several = name in SEVERAL
    optimizer: Optimizer = create(name, SPACE, seed=1, budget=TRIALS, objectives=2 if several else 1)
    places: list[Place] = []
    for number in range(TRIALS):
        suggestion = optimizer.ask(number)
        if suggestion is None:
            break
        place = (float(suggestion.params["x"]), float(suggestion.params["y"]))
        places.append(place)
        value = {"values": distances(place)} if several else {"value": hollow(place)}
        optimizer.tell([Result(number, suggestion.params, **value)])  # type: ignore[arg-type]
    return places, None if several else int(np.argmin([hollow(place) for place in places]))


def trained(name: str) -> list[tuple[Place, float, int | None]]:
    """The place of each part of a training, up to where it went, and the number of the part before it."""
    optimizer: Optimizer = create(
        name, SPACE, seed=1, budget=FULL_TRAININGS, min_fidelity=LEAST, max_fidelity=MOST
    )
    parts: list[tuple[Place, float, int | None]] = []
    spent = 0.0
    while spent < FULL_TRAININGS * MOST:
        suggestion = optimizer.ask(len(parts))
        if suggestion is None:
            break
        place = (float(suggestion.params["x"]), float(suggestion.params["y"]))
        reached = suggestion.fidelity or MOST
        spent += reached - (0.0 if suggestion.parent is None else parts[suggestion.parent][1])
        parts.append((place, reached, suggestion.parent))
        value = hollow(place) + reached**-0.7
        lines = {"parent": suggestion.parent, "start_from": suggestion.start_from}
        optimizer.tell([Result(suggestion.number, suggestion.params, value, fidelity=reached, **lines)])
    return parts


def drawn_in_parts(name: str, parts: Sequence[tuple[Place, float, int | None]]) -> str:
    """The picture of `trained`; of a training in place only its furthest part is drawn."""
    lines = _frame(f"What {name} trains in {len(parts)} parts, larger dots longer, late ones darker")
    went_on = {parent for place, _, parent in parts if parent is not None and parts[parent][0] == place}
    for number, (place, reached, parent) in enumerate(parts):
        shade = 0.2 + 0.7 * number / max(len(parts) - 1, 1)
        if parent is not None and parts[parent][0] != place:
            (x, y), (to_x, to_y) = _at(parts[parent][0]), _at(place)
            ends = f'x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}"'
            lines.append(f'<line {ends} stroke="{MUTED}" stroke-opacity="{shade / 2:.2f}"/>')
        if number not in went_on:
            radius = 1.2 + 2.6 * np.log(reached / LEAST) / np.log(MOST / LEAST)
            lines.append(_circle(place, radius, f'fill="{MUTED}" fill-opacity="{shade:.2f}"'))
    whole = [(hollow(place), place) for place, reached, _ in parts if reached == MOST]
    if whole:
        lines.append(_circle(min(whole)[1], 5.5, f'fill="none" stroke="{ACCENT}" stroke-width="2"'))
    return "\n".join([*lines, "</svg>\n"])


def _frame(words: str) -> list[str]:
    """The card with the two hollows, which `words` describe to who cannot see it."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE}" height="{SIZE}" viewBox="0 0 {SIZE} {SIZE}" '
        f'role="img" aria-label="{words}"><rect width="{SIZE}" height="{SIZE}" rx="8" fill="{CARD}"/>'
    ]
    for (x, y), spread in zip((WIDE, NARROW), SPREADS, strict=True):
        for share in (1.3, 0.8, 0.4):
            parts.append(_circle((x, y), share * spread * (SIZE - 2 * EDGE), f'fill="none" stroke="{GRID}"'))
    return parts


def drawn(name: str, places: Sequence[Place], best: int | None) -> str:
    """The picture as an SVG of about three kilobytes."""
    parts = _frame(f"Where {name} puts {len(places)} trials, late ones darker")
    for number, place in enumerate(places):
        shade = 0.2 + 0.7 * number / max(len(places) - 1, 1)
        parts.append(_circle(place, 2.6, f'fill="{MUTED}" fill-opacity="{shade:.2f}"'))
    if best is not None:
        parts.append(_circle(places[best], 4.5, f'fill="none" stroke="{ACCENT}" stroke-width="2"'))
    return "\n".join([*parts, "</svg>\n"])


def _circle(place: Place, radius: float, style: str) -> str:
    x, y = _at(place)
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" {style}/>'


def _at(place: Place) -> Place:
    return EDGE + place[0] * (SIZE - 2 * EDGE), EDGE + (1.0 - place[1]) * (SIZE - 2 * EDGE)


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw where the trials of each optimizer go.")
    parser.add_argument("--only", nargs="+", default=list(METHODS), choices=list(METHODS))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in parser.parse_args().only:
        picture = drawn_in_parts(name, trained(name)) if name in IN_PARTS else drawn(name, *searched(name))
        (FOLDER / f"{name}.svg").write_text(picture)
        print(name, flush=True)


if __name__ == "__main__":
    main()
