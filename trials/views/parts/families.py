"""The leaderboard by family: the best trial of each model that a study compares; for the study's overview."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from trials import wording
from trials.listing import MODEL, having_value, own_name
from trials.models import ParameterValue, Study, Trial

from .folds import standard_error

READ = ("study", "number", "value", "params", "folds", "seconds")


@dataclass(frozen=True)
class Family:
    """One model: how many trials tried it, and its best trial, if one is complete."""

    key: str
    title: str
    colour: int
    count: int
    number: int | None = None
    value: str = ""
    gain: wording.Gain | None = None
    words: str = ""
    seconds: str = ""


def has_families(study: Study) -> bool:
    """Whether the study searches several models as one space."""
    return len(study.objective.get("models", ())) > 1 and MODEL in study.space.space.parameters


def families_of(study: Study) -> tuple[Family, ...]:
    """Return the families, that of the best trial first; a query for the counts and one for each family."""
    tried = ParameterValue.objects.filter(study=study, name=MODEL).values_list("text").annotate(Count("id"))
    counts: dict[str | None, int] = dict(tried)
    models = [str(model) for model in study.space.space.parameters[MODEL].choices]  # type: ignore[attr-defined]
    best = {model: _best(study, model) for model in models}
    ranked = sorted(models, key=lambda model: _rank(study, best[model]))
    shown = wording.Shown(study.metric, study.maximize)
    values = dict(zip(ranked, wording.column([_value(shown, best[model]) for model in ranked]), strict=True))
    return tuple(
        _family(study, shown, model, models.index(model), counts.get(model, 0), best[model], values[model])
        for model in ranked
    )


def _best(study: Study, model: str) -> Trial | None:
    return study.trials.ranked(study).filter(having_value(MODEL, model)).only(*READ).first()


def _rank(study: Study, best: Trial | None) -> tuple[bool, float]:
    return (best is None, 0.0 if best is None or best.value is None else study.sign * best.value)


def _value(shown: wording.Shown, best: Trial | None) -> float | None:
    return shown.value(best.value) if best else None


def _family(
    study: Study,
    shown: wording.Shown,
    model: str,
    at: int,
    count: int,
    best: Trial | None,
    value: str,
) -> Family:
    title = wording.model_title(model)
    title = title[:1].upper() + title[1:]
    colour = at + 1 if at < 5 else 0
    if best is None:
        return Family(model, title, colour, count)
    return Family(
        key=model,
        title=title,
        colour=colour,
        count=count,
        number=best.number,
        value=value,
        gain=shown.gain(best.value, study.default_value, standard_error(best.folds)),
        words=_words(study, best.params),
        seconds=wording.duration(best.seconds),
    )


def _words(study: Study, params: Mapping[str, Any]) -> str:
    """The configuration without the model's name before each of its parameters."""
    own = {own_name(study.space.space, name)[0]: value for name, value in params.items() if name != MODEL}
    return " · ".join(f"{name} {wording.setting(value)}" for name, value in own.items())
