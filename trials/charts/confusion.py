"""The confusion matrix: what the finished study's model takes each class of the test part for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trials.models import FinalModel, Study
from trials.wording import THIN, count

from .base import Chart, StudyFacts, Words
from .template import colour, horizontal, layout, plain, shortened, vertical

#: From so many classes on only what was mistaken is labelled: the rest is read by its tint.
MANY_CLASSES = 12
_CELL_PX = 44
_LEAST_PX = 300
_MOST_PX = 560
_NAME_CHARACTERS = 18


@dataclass(frozen=True)
class Confusion:
    """Counts by true class (outer) and predicted class (inner); no classes where there is nothing to show."""

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def rows(self) -> int:
        return sum(map(sum, self.counts))

    @property
    def mistakes(self) -> list[tuple[int, int, int]]:
        """(rows, true class, predicted class) of every kind of mistake, the most frequent first."""
        found = [
            (number, truth, taken)
            for truth, line in enumerate(self.counts)
            for taken, number in enumerate(line)
            if number and truth != taken
        ]
        return sorted(found, key=lambda mistake: -mistake[0])


def rows(study: Study) -> Mapping[str, Any] | None:
    """Read the newest finished final model; None before there is one."""
    found = study.finals.filter(state=FinalModel.State.DONE).order_by("-number")
    return found.values_list("data__confusion", flat=True).first()


def data(facts: StudyFacts, rows: Mapping[str, Any] | None) -> Confusion:
    if not rows:
        return Confusion((), ())
    return Confusion(tuple(rows["classes"]), tuple(map(tuple, rows["counts"])))


def words(data: Confusion) -> Words:
    """Say how much is right and which mistake is the most frequent."""
    if not data.classes:
        return Words("No confusion matrix.", "It is made of the test part of a classification, at the end.")
    right = sum(line[place] for place, line in enumerate(data.counts))
    lead = f"{right:,} of {count(data.rows, 'row')} right."
    if not data.mistakes:
        return Words(lead, f"With {data.rows:,} rows a rare mistake may not have shown.")
    number, truth, taken = data.mistakes[0]
    most = f"Most often {data.classes[truth]} is taken for {data.classes[taken]}: {count(number, 'row')}"
    share = f" of {sum(data.counts[truth]):,} ({_percent(number, sum(data.counts[truth]))})."
    return Words(lead, most + share)


def _percent(part: int, whole: int) -> str:
    return f"{round(100 * part / whole) if whole else 0}{THIN}%"


def figure(data: Confusion) -> dict[str, Any] | None:
    """Return the Plotly figure: a row of cells for each true class, tinted by its share."""
    if not data.classes:
        return None
    places = list(range(len(data.classes)))
    names = [plain(shortened(name, _NAME_CHARACTERS)) for name in data.classes]
    margin = 24 + 7 * max(map(len, (shortened(name, _NAME_CHARACTERS) for name in data.classes)))
    ticks = {"tickmode": "array", "tickvals": places, "ticktext": names}
    end = len(places) - 0.5
    return {
        "data": [_line(data, truth) for truth in places],
        "layout": layout(
            height=max(_LEAST_PX, min(_MOST_PX, _CELL_PX * len(places) + 90)),
            margin={"l": margin, "r": 12, "t": 8, "b": 62},
            barmode="stack",
            bargap=0,
            xaxis=horizontal(
                "predicted", **ticks, range=[-0.5, end], showline=False, tickangle=_angle(places, names)
            ),
            yaxis=vertical(
                **ticks,
                range=[end, -0.5],
                showgrid=False,
                title={"text": "true", "standoff": 8, "font": {"size": 11.5}},
            ),
        ),
    }


def _angle(places: list[int], names: list[str]) -> int:
    return -45 if len(places) * max(map(len, names)) > 60 else 0


def _line(data: Confusion, truth: int) -> dict[str, Any]:
    """The cells of one true class: bars of height 1 on the class's own floor."""
    line, total = data.counts[truth], sum(data.counts[truth])
    shares = [number / total if total else 0.0 for number in line]
    labelled = [_labelled(data, truth, taken) for taken in range(len(line))]
    name = plain(data.classes[truth])
    return {
        "type": "bar",
        "x": list(range(len(line))),
        "y": [0.94] * len(line),
        "base": [truth - 0.47] * len(line),
        "width": 0.97,
        "marker": {
            "color": [_tint(share, taken == truth) for taken, share in enumerate(shares)],
            "cornerradius": 4,
            "line": {"width": 0},
        },
        "text": [f"{number:,}" if shown else "" for number, shown in zip(line, labelled, strict=True)],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"size": 13, "color": [colour("ink" if share else "faint") for share in shares]},
        "customdata": [
            [name, plain(data.classes[taken]), f"{number:,}", _percent(number, total)]
            for taken, number in enumerate(line)
        ],
        "hovertemplate": "true <b>%{customdata[0]}</b>, predicted <b>%{customdata[1]}</b>"
        "<br>%{customdata[2]} rows, %{customdata[3]} of the class<extra></extra>",
    }


def _labelled(data: Confusion, truth: int, taken: int) -> bool:
    return len(data.classes) < MANY_CLASSES or truth == taken or data.counts[truth][taken] > 0


def _tint(share: float, right: bool) -> str:
    """The accent is for what is right; mistakes are tinted by the text tone of failure.

    A full tint would be too dark for ink on a light page and too light for it on a dark one.
    """
    if not share:
        return colour("sunken")
    return colour("accent" if right else "bad-mark", round(0.10 + 0.48 * share, 3))


CHART = Chart(title="Confusion matrix", rows=rows, data=data, figure=figure, words=words)
