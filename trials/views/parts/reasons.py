"""Why a trial was suggested: the optimizer's own notes (Trial.info) in words; for the trial page."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trials import wording
from trials.models import Study, Trial


@dataclass(frozen=True)
class Reason:
    """`badge` is icon and word of the mode; `facts` are labels and texts; `nearest` is a trial's number."""

    badge: tuple[str, str] | None
    sentences: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    nearest: int | None


MODES = {
    "default": ("flag", "Default", "The default of the ranges, tried first."),
    "initial": (
        "layout-grid",
        "Initial design",
        "Part of the initial design: trials spread over the space before there is anything to learn from.",
    ),
    "random": ("dice-3", "Random", "Drawn at random from the space, whatever came before."),
    "enqueued": ("user", "Own", "A configuration that a person added; the optimizer learns from it."),
    "retry": ("refresh", "Retry", "The same configuration as a trial that came to nothing, tried again."),
    "grid": ("grid-dots", "Grid", "The next point of the grid."),
    "explore": (
        "eye",
        "Explore",
        "Chosen to learn about a part of the space that the results say little about.",
    ),
    "promote": ("arrow-up", "Goes on", "It does well enough to be trained further."),
    "continue": ("arrow-right", "Goes on", "A member of the population, trained on with its own parameters."),
    "evolve": ("sitemap", "Evolve", "A difference between good configurations, added to another one."),
    "model": (
        "target-arrow",
        "Model",
        "Chosen where the models of the objectives expect to gain most.",
    ),
    "exploit": ("target-arrow", "Exploit", "Chosen close to what has worked best so far."),
}


def reason_of(study: Study, trial: Trial) -> Reason:
    """Return why the optimizer suggested the trial; reads only the two rows."""
    info: Mapping[str, Any] = trial.info or {}
    mode = info.get("mode")
    known = MODES.get(str(mode))
    sentences = [known[2] if known else _unknown(study, mode)]
    if {"point", "of"} <= info.keys():
        sentences = [f"Point {info['point']:,} of {info['of']:,} of the grid."]
    shown = wording.Shown(study.metric, study.maximize)
    sentences += _origin(study, trial, info.get("from"))
    sentences += _expectation(info, shown) + _expectations(study, info) + _density(info)
    sentences += [_because(info["because"])] if isinstance(info.get("because"), str) else []
    sentences += [str(info[key]) for key in ("why", "reason") if isinstance(info.get(key), str)]
    if "moved_from" in info:
        sentences.append("The optimizer's first choice had been tried already, so its neighbour was taken.")
    badge = known[:2] if known else None
    return Reason(badge, tuple(sentences), _facts(info, trial, shown), info.get("nearest"))


def _origin(study: Study, trial: Trial, origin: object) -> list[str]:
    """Where a configuration of the first trials comes from: an earlier study, or a belief."""
    if origin == "the prior":
        return ["It was drawn from where you expect good values."]
    if origin != "an earlier study":
        return []
    for kept in study.earlier.all():
        number = kept.number_of(trial.space.space, trial.params)
        if number is not None:
            return [f"It comes from an earlier study: trial {number} of “{kept.name}” was among its best."]
    return ["It comes from an earlier study."]


def _because(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _unknown(study: Study, mode: object) -> str:
    if mode:
        return f"Suggested by {study.optimizer['name']} in its mode “{mode}”."
    return f"Suggested by {study.optimizer['name']}, which left no note."


def _predicted(info: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """The surrogate's mean and standard deviation, in the study's own direction."""
    return info.get("predicted_mean", info.get("mean")), info.get("predicted_std", info.get("std"))


def _expectation(info: Mapping[str, Any], shown: wording.Shown) -> list[str]:
    mean, std = _predicted(info)
    best, chance = info.get("best"), info.get("chance_to_improve")
    if mean is None:
        return []
    spread = "" if std is None else f" ± {wording.significant(std, 2)}"
    than = "" if best is None else f", when the best so far was {shown.five(best)}"
    better = "" if chance is None else f", and a {_chance(chance)} chance to beat the best so far"
    return [f"The model expected {shown.five(mean)}{spread} here{than}{better}."]


def _expectations(study: Study, info: Mapping[str, Any]) -> list[str]:
    """What the models of several objectives expected."""
    means, stds = info.get("predicted_means"), info.get("predicted_stds")
    if not means or not stds or len(means) != len(study.metrics):
        return []
    each = zip(wording.each_shown(study.metrics, study.directions), means, stds, strict=True)
    said = [f"{one.title} {one.five(mean)} ± {wording.significant(std, 2)}" for one, mean, std in each]
    return [f"Expected here: {wording.listed(said)}."]


def _chance(chance: float) -> str:
    return f"{100 * chance:.0f}{wording.THIN}%" if chance >= 0.005 else f"under 1{wording.THIN}%"


def _density(info: Mapping[str, Any]) -> list[str]:
    ratio = info.get("acquisition") if info.get("acquisition_name") == "log density ratio" else None
    if ratio is None or ratio <= 0:
        return []
    times = wording.significant(math.exp(min(ratio, 20.0)), 2)
    return [f"Results that count as good are about {times} times as dense around here as the others."]


def _facts(info: Mapping[str, Any], trial: Trial, shown: wording.Shown) -> tuple[tuple[str, str], ...]:
    facts = []
    chosen = info.get("optimizer") or info.get("algorithm")
    if isinstance(chosen, str):
        facts.append(("Chosen by", chosen))
    mean, std = _predicted(info)
    if mean is not None and trial.value is not None:
        texts = wording.column([shown.value(mean), shown.value(trial.value)])
        facts += [("Predicted", texts[0]), ("Actual", texts[1])]
        if std:
            facts.append(("Off by", f"{wording.significant(abs(trial.value - mean) / std, 3)} σ"))
    if info.get("chance_to_improve") is not None:
        facts.append(("Chance to improve", _chance(info["chance_to_improve"])))
    elif info.get("acquisition") is not None:
        name = str(info.get("acquisition_name") or "acquisition")
        facts.append((name[:1].upper() + name[1:], wording.five(info["acquisition"])))
    if info.get("good"):
        facts.append(("Results that counted as good", f"{info['good']:,}"))
    return tuple(facts)
