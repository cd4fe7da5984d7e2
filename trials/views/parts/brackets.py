"""Hyperband's brackets, each with how many of its trials came to which rung; for a study's overview."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min, Q, Sum
from django.db.models.fields.json import KT

from trials import wording
from trials.models import Study, Trial

from .extents import extent

#: The latest brackets, one row each.
MOST_ROWS = 12


@dataclass(frozen=True)
class Bracket:
    """One bracket: `counts` are trials at each rung, "" below the one it begins at."""

    words: str
    counts: tuple[str, ...]
    best: str
    cost: str


@dataclass(frozen=True)
class Brackets:
    """The latest brackets, the first of them first; `earlier` are as many as are not shown."""

    rungs: tuple[str, ...]
    rows: tuple[Bracket, ...]
    earlier: int


def brackets_of(study: Study) -> Brackets | None:
    """Return the table, one query; None for methods without brackets."""
    state = Trial.State
    ended = Q(state__in=(state.COMPLETE, state.PRUNED, state.FAILED))
    extreme = Max if study.maximize else Min
    found = list(
        study.trials.numbered()
        .filter(info__has_key="bracket", fidelity__isnull=False)
        .annotate(bracket=KT("info__bracket"), sweep=KT("info__sweep"))
        .values("bracket", "sweep", "fidelity")
        .annotate(
            n=Count("pk"),
            best=extreme("value", filter=Q(state=state.COMPLETE)),
            cost=Sum("compute", filter=ended),
        )
        .order_by()
    )
    if not found:
        return None
    by_bracket: dict[int, list[dict[str, Any]]] = {}
    for row in found:
        by_bracket.setdefault(int(row["bracket"]), []).append({**row})
    levels = sorted({row["fidelity"] or 0.0 for row in found})
    shown = sorted(by_bracket)[-MOST_ROWS:]
    rows = tuple(_row(study, by_bracket[number], levels) for number in shown)
    return Brackets(tuple(f"{level:,g}" for level in levels), rows, len(by_bracket) - len(shown))


def _row(study: Study, cells: list[dict[str, Any]], levels: list[float]) -> Bracket:
    at = {row["fidelity"]: row for row in cells}
    furthest = at[max(at)]
    value = wording.Shown(study.metric, study.maximize).five(furthest["best"])
    cost = sum(row["cost"] or 0.0 for row in cells)
    return Bracket(
        words=f"Sweep {int(cells[0]['sweep']) + 1}, from {extent(study.objective['fidelity'], min(at))}",
        counts=tuple(f"{at[level]['n']:,}" if level in at else "" for level in levels),
        best=value if furthest["best"] is not None else wording.DASH,
        cost=wording.significant(cost, 3) if cost else "0",
    )
