"""What the trials of a study can be sorted and filtered by: their columns, parameters and metrics."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from optimizers.space import Parameter
from optimizers.space import Space as OptimizerSpace
from trials.models import Space, Study
from trials.wording import Shown, metric_title, model_title

Source = Literal["trial", "parameter", "metric"]
Kind = Literal["number", "choice", "text", "time"]

PARAMETER, METRIC = "param:", "metric:"
#: In a space of several models the parameter that chooses one; theirs are called "<model>__<name>".
MODEL = "model"


@dataclass(frozen=True)
class Field:
    """One thing to sort or filter by.

    key: how addresses call it: a column's name, "param:<name>" or "metric:<name>".
    column: the column of Trial, or of ParameterValue for a parameter.
    negated: whether people see the number with its sign turned (scikit-learn's "neg_…" scores).
    nullable: whether some trials have none of it.
    """

    key: str
    title: str
    kind: Kind
    source: Source = "trial"
    column: str = ""
    name: str = ""
    choices: tuple[Any, ...] = ()
    family: str = ""
    """In a space of several models, the model that the parameter belongs to, in words."""
    negated: bool = False
    nullable: bool = False
    present: bool = True
    """Whether the study's present space has it."""
    twin: bool = False
    """Whether an earlier field is the same number under another name: "neg_log_loss" and "log_loss"."""


def fields_of(study: Study) -> dict[str, Field]:
    """Return the fields by key, in the order of the table's columns; one query for each earlier space."""
    fields = [*_columns(study), *_parameters(study), *_metrics(study)]
    return {field.key: field for field in fields}


def _columns(study: Study) -> Iterator[Field]:
    shown = Shown(study.metric, study.maximize)
    yield Field("number", "Trial", "number", column="number")
    yield Field("state", "State", "choice", column="state")
    title = shown.title[:1].upper() + shown.title[1:]
    yield Field("value", title, "number", column="value", negated=shown.negated, nullable=True)
    yield Field("seconds", "Time", "number", column="seconds", nullable=True)
    yield Field("started", "Started", "time", column="started_at", nullable=True)
    yield Field("worker", "Worker", "text", column="worker")


def _parameters(study: Study) -> Iterator[Field]:
    seen: set[str] = set()
    for version in versions(study):
        for name, parameter in version.space.parameters.items():
            if name not in seen:
                seen.add(name)
                own, model = own_name(version.space, name)
                title, present = own if model else name, version.pk == study.space_id
                yield _parameter(name, parameter, title, model_title(model), present)


def own_name(space: OptimizerSpace, name: str) -> tuple[str, str]:
    """A parameter's name within its model, and that model; the whole name and "" where there is none."""
    model, _, own = name.partition("__")
    chosen = space.parameters.get(MODEL)
    return (own, model) if own and model in getattr(chosen, "choices", ()) else (name, "")


def versions(study: Study) -> Iterator[Space]:
    """The study's present space and the ones before it, the newest first."""
    space: Space | None = study.space
    while space is not None:
        yield space
        space = space.previous if space.previous_id else None  # type: ignore[attr-defined]


def _parameter(name: str, parameter: Parameter, title: str, family: str, present: bool) -> Field:
    choices = tuple(getattr(parameter, "choices", ()))
    numeric = all(isinstance(choice, bool | int | float) for choice in choices)
    return Field(
        key=PARAMETER + name,
        title=title,
        kind="choice" if choices else "number",
        source="parameter",
        column="number" if numeric else "text",
        name=name,
        choices=choices,
        family=family,
        nullable=True,
        present=present,
    )


def asked_metrics(study: Study) -> list[str]:
    """What the study has measured beside its first objective: further ones, what is limited, measures."""
    limited = (limit["metric"] for limit in study.constraints)
    names = dict.fromkeys([*study.metrics[1:], *limited, *study.objective.get("measures", ())])
    return [name for name in names if name != study.metric]


def _metrics(study: Study) -> Iterator[Field]:
    """What was measured beside the value: what the study asks for, and what its best trial shows."""
    measured = study.best.metrics if study.best else {}
    trained_here = study.objective.get("kind") == "model"
    seen = {metric_title(study.metric)} if trained_here else set()
    asked = asked_metrics(study)
    for name in dict.fromkeys([*asked, *measured]):
        title = metric_title(name)
        yield Field(
            key=METRIC + name,
            title=title[:1].upper() + title[1:],
            kind="number",
            source="metric",
            column="metrics",
            name=name,
            negated=Shown(name, True).negated,
            nullable=True,
            twin=trained_here and title in seen and name not in study.metrics[1:],
        )
        seen.add(title)


def without_twins(study: Study, metrics: Sequence[str]) -> list[str]:
    """The metrics; of a number under two names ("neg_log_loss", "log_loss") the one that was asked for."""
    if study.objective.get("kind") != "model":
        return list(metrics)
    asked = [name for name in study.objective.get("measures", ()) if name in metrics]
    kept = {metric_title(name): name for name in (*metrics, *asked)}
    return [name for name in metrics if kept[metric_title(name)] == name]
