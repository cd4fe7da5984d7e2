"""Draws mean scores over the trials, a panel for each family, as an SVG. Called by the report."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

#: The dashboard's colours (static/css/tokens.css): the accent is ours, the categories are the others.
INK, MUTED, GRID, CARD, ACCENT = "#171b24", "#626c7d", "#eef0f4", "#ffffff", "#4353d9"
CATEGORIES = ("#00866b", "#d97f00", "#a8478c", "#3a93d0", "#665319", "#8a94a3")
OURS = "auto"
#: Of our methods only the default is drawn, so that it can be told from the peers.
NOT_DRAWN = {"random", "tpe", "gp", "forest"}
PANEL, GAP, TOP, HEIGHT, LEFT = 300, 36, 64, 250, 44
FIRST, MOST = 10, 1.2

Curves = Mapping[str, Mapping[str, Sequence[float]]]
"""Family → method → mean score after 1, 2, … trials."""


def draw(curves: Curves) -> str:
    """Random search is the line at 1, the best known 0; from the tenth trial on."""
    drawn = [name for name in next(iter(curves.values())) if name not in NOT_DRAWN]
    colours = dict(zip([name for name in drawn if name != OURS], CATEGORIES, strict=False)) | {OURS: ACCENT}
    drawn = [name for name in drawn if name in colours]
    width = LEFT + len(curves) * (PANEL + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{TOP + HEIGHT + 48}" '
        f'viewBox="0 0 {width} {TOP + HEIGHT + 48}" font-family="Inter, system-ui, sans-serif" '
        'font-size="12" role="img" aria-label="Mean score over the number of trials, by family">',
        f'<rect width="100%" height="100%" fill="{CARD}"/>',
        *_legend(drawn, colours),
    ]
    for place, (family, of_methods) in enumerate(curves.items()):
        parts += _panel(
            LEFT + place * (PANEL + GAP), family, {name: of_methods[name] for name in drawn}, colours
        )
    return "\n".join([*parts, "</svg>\n"])


def _legend(drawn: Sequence[str], colours: Mapping[str, str]) -> list[str]:
    parts, x = [], LEFT
    for name in drawn:
        weight = 600 if name == OURS else 400
        parts.append(
            f'<line x1="{x}" x2="{x + 18}" y1="18" y2="18" stroke="{colours[name]}" '
            f'stroke-width="{_thickness(name)}"/>'
            f'<text x="{x + 24}" y="22" fill="{INK}" font-weight="{weight}">{escape(name)}</text>'
        )
        x += 44 + 7 * len(name)
    return parts


def _thickness(name: str) -> float:
    return 3.0 if name == OURS else 1.5


def _panel(
    left: float, title: str, of_methods: Mapping[str, Sequence[float]], colours: Mapping[str, str]
) -> list[str]:
    parts = [f'<text x="{left}" y="{TOP - 14}" fill="{INK}" font-weight="600">{escape(title)}</text>']
    for score in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _y(score)
        line = MUTED if score == 1.0 else GRID
        parts.append(f'<line x1="{left}" x2="{left + PANEL}" y1="{y:.1f}" y2="{y:.1f}" stroke="{line}"/>')
        parts.append(
            f'<text x="{left - 6}" y="{y + 4:.1f}" fill="{MUTED}" text-anchor="end">{score:g}</text>'
        )
    parts.append(
        f'<text x="{left + PANEL}" y="{_y(1.0) - 5:.1f}" fill="{MUTED}" text-anchor="end">random</text>'
    )
    last = max(len(scores) for scores in of_methods.values())
    for count in (FIRST, 25, 50, 75, 100):
        if count <= last:
            parts.append(
                f'<text x="{_x(left, count, last):.1f}" y="{TOP + HEIGHT + 18}" fill="{MUTED}" '
                f'text-anchor="middle">{count}</text>'
            )
    parts.append(
        f'<text x="{left + PANEL / 2}" y="{TOP + HEIGHT + 36}" fill="{MUTED}" '
        'text-anchor="middle">trials</text>'
    )
    for name, scores in sorted(of_methods.items(), key=lambda item: item[0] == OURS):
        points = " ".join(
            f"{_x(left, count, last):.1f},{_y(score):.1f}"
            for count, score in enumerate(scores, 1)
            if count >= FIRST and math.isfinite(score)
        )
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colours[name]}" '
            f'stroke-width="{_thickness(name)}" stroke-linejoin="round"/>'
        )
    return parts


def _x(left: float, count: int, last: int) -> float:
    return left + PANEL * (count - FIRST) / max(last - FIRST, 1)


def _y(score: float) -> float:
    return TOP + HEIGHT * (1.0 - min(score, MOST) / MOST)
