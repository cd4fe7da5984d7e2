"""The analysis page's charts in their sections, with what is chosen of each; reads nothing of the trials."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from trials.charts import registry
from trials.charts.base import Chart, Control
from trials.models import Study

SECTIONS = {
    "progress": "Progress",
    "parameters": "Parameters",
    "search": "Search",
    "objectives": "Several objectives",
    "failures": "Failures",
}
#: Up to so many options stand side by side; more fold into a list.
SIDE_BY_SIDE = 3


@dataclass(frozen=True)
class Choice:
    """One control of a card; options are (value, words, chosen)."""

    field: str
    key: str
    title: str
    options: tuple[tuple[str, str, bool], ...]

    @property
    def side_by_side(self) -> bool:
        return len(self.options) <= SIDE_BY_SIDE


@dataclass(frozen=True)
class Card:
    """One chart with its address, which holds what is chosen."""

    name: str
    title: str
    note: str
    span: str
    height: int
    choices: tuple[Choice, ...]
    address: str
    legend: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    cards: tuple[Card, ...]


def gallery_of(study: Study, asked: Mapping[str, str]) -> tuple[Section, ...]:
    """Return the sections that have charts; `asked` holds "<chart>.<control>" of the page's address."""
    shelved = [
        (name, chart)
        for name in registry.available()
        if (chart := registry.get(name)) and chart.shelf and (chart.suits is None or chart.suits(study))
    ]
    found = []
    for key, title in SECTIONS.items():
        here = [(name, chart) for name, chart in shelved if chart.shelf and chart.shelf.section == key]
        here.sort(key=lambda each: each[1].shelf.place if each[1].shelf else 0)
        if here:
            found.append(
                Section(key, title, tuple(card_of(study, name, chart, asked) for name, chart in here))
            )
    return tuple(found)


def card_of(study: Study, name: str, chart: Chart, asked: Mapping[str, str]) -> Card:
    """Return one chart as a card."""
    choices, chosen = choices_of(study, name, chart, asked)
    shelf = chart.shelf
    assert shelf is not None
    address = reverse("study-chart", args=[study.pk, name])
    return Card(
        name=name,
        title=chart.title,
        note=shelf.note,
        span="" if shelf.wide else "span-6",
        height=shelf.height,
        choices=choices,
        address=f"{address}?{urlencode(chosen)}" if chosen else address,
        legend=shelf.key,
    )


def choices_of(
    study: Study, name: str, chart: Chart, asked: Mapping[str, str]
) -> tuple[tuple[Choice, ...], dict[str, str]]:
    """Return the controls of a chart, and what is chosen of each."""
    controls = chart.controls(study) if chart.controls else ()
    chosen = {each.key: each.chosen(asked.get(f"{name}.{each.key}")) for each in controls}
    return tuple(_choice(name, control, chosen[control.key]) for control in controls), chosen


def _choice(name: str, control: Control, chosen: str) -> Choice:
    options = tuple((value, words, value == chosen) for value, words in control.options)
    return Choice(f"{name}.{control.key}", control.key, control.title, options)
