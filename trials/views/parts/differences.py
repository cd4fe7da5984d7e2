"""Studies side by side, one row for each setting, parameter or value: what differs; for the comparison.

Studies that agree in all rows share a column, so that nine repeats of three optimizers are three columns.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trials import wording
from trials.models import Study

NONE = wording.DASH
#: Names of studies in the head of a column that several share.
NAMED = 2
LIMIT_TITLES = {
    "trials": "Trials", "full_trainings": "Full trainings", "seconds": "Time", "target": "Ends at value",
    "patience": "Ends without a better one for", "regret": "Ends with no more to gain than",
    "failures": "Ends after failures in a row",
}  # fmt: skip
OBJECTIVE_TITLES = {"kind": "Objective", "dataset": "Data set", "scoring": "Score", "models": "Models"}


@dataclass(frozen=True)
class Side:
    """A column: one study, or several that agree; `study` is None for those."""

    title: str
    study: int | None


@dataclass(frozen=True)
class Line:
    """A row: one text for each column."""

    label: str
    cells: tuple[str, ...]
    differs: bool


@dataclass(frozen=True)
class Differences:
    """`alike` rows are left out where only differences are asked for."""

    sides: tuple[Side, ...]
    lines: tuple[Line, ...]
    alike: int

    @property
    def same(self) -> bool:
        return len(self.sides) == 1


Rows = Mapping[str, str]


def settings_of(studies: Sequence[Study], only: bool) -> Differences:
    """What is tuned, how it is scored, by which optimizer with which options, within which limits."""
    return _side_by_side(studies, [_settings(study) for study in studies], only)


def spaces_of(studies: Sequence[Study], only: bool) -> Differences:
    """Each parameter's range in each of the spaces."""
    return _side_by_side(studies, [_space(study.space.definition) for study in studies], only)


def configurations_of(studies: Sequence[Study], only: bool) -> Differences:
    """The best configuration of each study that has one."""
    found = [study for study in studies if study.best is not None]
    return _side_by_side(found, [_best(study) for study in found], only, together=False)


def _side_by_side(
    studies: Sequence[Study], columns: Sequence[Rows], only: bool, *, together: bool = True
) -> Differences:
    labels = list(dict.fromkeys(label for column in columns for label in column))
    sides: dict[tuple[str, ...], list[Study]] = {}
    for place, (study, column) in enumerate(zip(studies, columns, strict=True)):
        cells = tuple(column.get(label, NONE) for label in labels)
        sides.setdefault(cells if together else (*cells, str(place)), []).append(study)
    lines = []
    for place, label in enumerate(labels):
        cells = tuple(cells[place] for cells in sides)
        lines.append(Line(label, cells, len(set(cells)) > 1))
    shown = tuple(line for line in lines if line.differs or not only)
    return Differences(
        tuple(_side(found, len(studies)) for found in sides.values()), shown, len(lines) - len(shown)
    )


def _side(studies: Sequence[Study], total: int) -> Side:
    if len(studies) == 1:
        return Side(studies[0].name, studies[0].pk)
    if len(studies) == total:
        return Side(f"all {total} studies", None)
    methods = {study.optimizer["name"] for study in studies}
    if len(methods) == 1:
        return Side(f"{methods.pop()}, {len(studies)} studies", None)
    more = len(studies) - NAMED
    names = [study.name for study in studies[:NAMED]]
    return Side(wording.listed([*names, *([f"{more} more"] if more > 0 else [])]), None)


# --- the rows -----------------------------------------------------------------------------------------------
def _settings(study: Study) -> Rows:
    objective = {
        OBJECTIVE_TITLES.get(name, _titled(name)): wording.metric_title(value)
        if name == "scoring"
        else in_text(value)
        for name, value in study.objective.items()
    }
    options = {name: value for name, value in study.optimizer.items() if name != "name"}
    limits = [wording.limit_in_words(limit) for limit in study.constraints]
    return {
        **objective,
        "Goal": wording.goals(study.metrics, study.directions),
        **({"Limits": wording.listed(limits)} if limits else {}),
        "Optimizer": study.optimizer["name"],
        **{f"{study.optimizer['name']}: {_titled(name).lower()}": in_text(options[name]) for name in options},
        **{f"Budget: {_limit(name)}": _amount(name, value) for name, value in study.budget.items()},
        "Trials at a time": str(study.parallelism),
        **({"Stopping rule": in_text(study.stopping)} if study.stopping else {}),
        **({"Begins from studies": in_text(study.warm_start)} if study.warm_start else {}),
    }


def _titled(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _limit(name: str) -> str:
    return LIMIT_TITLES.get(name, _titled(name)).lower()


def _amount(name: str, value: Any) -> str:
    return wording.duration(value) if name == "seconds" else in_text(value)


def in_text(value: Any) -> str:
    """Write any JSON for people: {"kind": "kfold", "folds": 3} is "kfold, folds 3"."""
    match value:
        case dict():
            return ", ".join(
                in_text(each) if name in ("kind", "name") else f"{name.replace('_', ' ')} {in_text(each)}"
                for name, each in value.items()
            )
        case list():
            return ", ".join(map(in_text, value)) or NONE
        case bool():
            return "yes" if value else "no"
        case None:
            return NONE
        case _:
            return wording.setting(value)


def _space(definition: Mapping[str, Any]) -> Rows:
    rules = [str(rule) for rule in definition.get("constraints") or ()]
    rules += [f"not {in_text(rule)}" for rule in definition.get("forbidden") or ()]
    rows = {each["name"]: _parameter(each) for each in definition["parameters"]}
    return rows | ({"Rules": "; ".join(rules)} if rules else {})


def _parameter(given: Mapping[str, Any]) -> str:
    return ", ".join(_described(given))


def _described(given: Mapping[str, Any]) -> Iterable[str]:
    if "choices" in given:
        yield in_text(given["choices"])
    elif given["type"] == "boolean":
        yield "yes or no"
    elif given.get("low") is not None and given.get("high") is not None:
        yield f"{wording.setting(given['low'])} to {wording.setting(given['high'])}"
    for name in ("distribution", "prior"):
        if given.get(name):
            kind = given[name]
            words = in_text(kind.get("args") or {})
            yield f"{'belief ' if name == 'prior' else ''}{kind['name']}{f' ({words})' if words else ''}"
    for name in ("log", "ordered"):
        if given.get(name):
            yield name
    for name in ("step", "points", "default"):
        if given.get(name) is not None:
            yield f"{name} {in_text(given[name])}"
    for parent, wanted in (given.get("when") or {}).items():
        yield f"when {parent} is {_wanted(wanted)}"


def _wanted(wanted: Any) -> str:
    if not isinstance(wanted, dict):
        return " or ".join(map(in_text, wanted if isinstance(wanted, list) else [wanted]))
    words = {"min": "at least", "max": "at most"}
    return " and ".join(f"{words.get(end, end)} {in_text(value)}" for end, value in wanted.items())


def _best(study: Study) -> Rows:
    assert study.best is not None
    shown = wording.Shown(study.metric, study.maximize)
    params = {name: wording.setting(value) for name, value in study.best.params.items()}
    number = "default" if study.best.number is None else f"{study.best.number:,}"
    return {"Trial": number, shown.title: shown.five(study.best.value), **params}
