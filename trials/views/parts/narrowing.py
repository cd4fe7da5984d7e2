"""The suggestion of a smaller space on the study's overview: what would change, in words and as marks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trials import wording
from trials.models import Insight, Study
from trials.outlook import smaller_space


@dataclass(frozen=True)
class Row:
    """One parameter's change; left and width are CSS per cent of the old range, "" where there is none."""

    name: str
    text: str
    reason: str
    sure: str
    left: str
    width: str


@dataclass(frozen=True)
class Suggestion:
    rows: tuple[Row, ...]
    lead: str
    rest: str
    for_this: bool
    """Whether ranges shrink, so that the study itself can go on over them."""
    for_new: bool


def narrowing_of(study: Study, insight: Insight | None) -> Suggestion | None:
    """What a worker last suggested, None without a suggestion; reads nothing beyond the two rows."""
    found = insight.narrowing(study) if insight else None
    if found is None:
        return None
    rows = tuple(_row(change) for change in found["changes"])
    inside = f"{found['inside']:,} of {found['n']:,} results lie in the smaller space."
    return Suggestion(
        rows=rows,
        lead=smaller_space(found),
        rest=f"{inside} A part that is left out is not searched any more, so look whether you agree.",
        for_this=found["ranges"] is not None and not study.is_over,
        for_new=not study.external,
    )


def _row(change: Mapping[str, Any]) -> Row:
    part = change["part"]
    left, width = ("", "") if part is None else (_css(part[0]), _css(max(part[1] - part[0], 0.012)))
    if change["kind"] == "hold":
        sure = f"the forest’s R² is {wording.fixed(change['confidence'], 2)}"
    else:
        sure = f"{min(99, int(100 * change['confidence']))}{wording.THIN}% sure"
    return Row(change["name"], _text(change), change["reason"], sure, left, width)


def _text(change: Mapping[str, Any]) -> str:
    if change["kind"] == "drop":
        return "dropped"
    if change["choices"] is not None:
        choices = [_shown(choice) for choice in change["choices"]]
        return f"held at {choices[0]}" if change["kind"] == "hold" else f"only {wording.listed(choices)}"
    return f"{wording.short(change['low'])} to {wording.short(change['high'])}"


def _shown(choice: Any) -> str:
    number = isinstance(choice, int | float) and not isinstance(choice, bool)
    return wording.short(choice) if number else str(choice)


def _css(share: float) -> str:
    return f"{100 * min(1.0, max(0.0, share)):.1f}%"
