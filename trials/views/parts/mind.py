"""The optimizer's mind at one moment: why a trial was chosen, what else was weighed, how far to trust it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models.fields.json import KT
from django.urls import reverse

from trials import wording
from trials.charts import registry
from trials.charts.surrogate import moments, nothing_yet, view_of
from trials.models import Study, Trial

from .gallery import Choice, choices_of
from .reasons import MODES, Reason, reason_of

#: Trials whose mode is shown, the latest.
STRIP = 60
#: Marks on the slider, at most of each sort.
MARKS = 80
#: Rank correlation and R² from which predictions can be believed, and below which they cannot.
GOOD, POOR = 0.7, 0.3


@dataclass(frozen=True)
class Moment:
    """One stop of the slider; `place` is CSS per cent."""

    before: int
    words: str


@dataclass(frozen=True)
class Mark:
    """A trial on the slider: a new best or one that came to nothing."""

    place: str
    kind: str


@dataclass(frozen=True)
class Weighed:
    """A candidate of that moment in words."""

    name: str
    mean: str
    deviation: str
    chance: str
    improvement: str
    taken: bool


@dataclass(frozen=True)
class Step:
    """A trial in the strip of modes."""

    number: int
    mode: str
    word: str
    current: bool


@dataclass(frozen=True)
class Panel:
    """A chart of the page with its controls and its address."""

    name: str
    address: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Mind:
    """Everything of the page that is no chart; without moments only `steps` and the sentences are there."""

    moments: tuple[Moment, ...]
    at: int
    before: int
    live: bool
    marks: tuple[Mark, ...]
    trial: Trial | None
    reason: Reason | None
    outcome: str
    weighed: tuple[Weighed, ...]
    family: str
    steps: tuple[Step, ...]
    trust: tuple[str, str]
    remaining: tuple[str, str] | None
    whose: str
    slice: Panel
    surface: Panel
    calibration: Panel


def mind_of(study: Study, asked: Mapping[str, str]) -> Mind:
    """Return the page of one moment; reads what workers stored, and one trial."""
    kept = moments(study)
    wanted = asked.get("before", "")
    before = int(wanted) if wanted.isdigit() and int(wanted) in kept else (kept[-1] if kept else 0)
    view = view_of(study, str(before)) if kept else {}
    live = not kept or before == kept[-1]
    trial = study.trials.filter(number=view.get("next")).first() if view.get("next") is not None else None
    shown = wording.Shown(study.metric, study.maximize)
    remaining = _remaining(study, live)
    panels = {name: _panel(study, name, asked, before) for name in ("mind_slice", "mind_surface")}
    return Mind(
        moments=tuple(Moment(each, _moment_words(each, each == kept[-1])) for each in kept),
        at=kept.index(before) if kept else 0,
        before=before,
        live=live,
        marks=_marks(study, kept),
        trial=trial,
        reason=reason_of(study, trial) if trial else None,
        outcome=_outcome(trial, view, shown, remaining),
        weighed=_weighed(study, view, trial),
        family=_family(study),
        steps=_steps(study, trial.number if trial else None),
        trust=_trust(view, study.several),
        remaining=remaining,
        whose=_whose(study),
        slice=panels["mind_slice"],
        surface=panels["mind_surface"],
        calibration=Panel("calibration", reverse("study-chart", args=[study.pk, "calibration"]), ()),
    )


def _moment_words(before: int, present: bool) -> str:
    return "now" if present else f"before trial {before:,}"


def _panel(study: Study, name: str, asked: Mapping[str, str], before: int) -> Panel:
    chart = registry.get(name)
    assert chart is not None
    choices, chosen = choices_of(study, name, chart, asked)
    query = urlencode(chosen | ({"before": before} if before else {}))
    shown = tuple(choice for choice in choices if choice.key != "before" and len(choice.options) > 1)
    return Panel(name, f"{reverse('study-chart', args=[study.pk, name])}?{query}", shown)


def _marks(study: Study, kept: Sequence[int]) -> tuple[Mark, ...]:
    """New bests and failures along the slider."""
    if not kept or kept[-1] == kept[0]:
        return ()
    bests = study.events.filter(kind="best", number__isnull=False).order_by("-id")
    failed = study.trials.filter(state=Trial.State.FAILED, number__isnull=False).order_by("-number")
    found = [(number, "best") for number in bests.values_list("number", flat=True)[:MARKS]]
    found += [(number, "failed") for number in failed.values_list("number", flat=True)[:MARKS]]
    span = kept[-1] - kept[0]
    inside = [(number, kind) for number, kind in found if number is not None and number >= kept[0]]
    return tuple(Mark(f"{100 * (number - kept[0]) / span:.2f}%", kind) for number, kind in inside)


def _outcome(
    trial: Trial | None, view: Mapping[str, Any], shown: wording.Shown, remaining: tuple[str, str] | None
) -> str:
    """How the trial came out, against the best known then."""
    if trial is None:
        return _summed_up(view, remaining) if view else ""
    if trial.state != Trial.State.COMPLETE or trial.value is None:
        words = {"running": "It is running now.", "queued": "It waits for a worker."}
        return words.get(trial.state, f"It ended as {trial.state}.")
    best = view.get("best")
    value = shown.value(trial.value)
    better = best is not None and value is not None and (value > best if shown.maximize else value < best)
    return f"It came out at {shown.five(trial.value)}{', a new best' if better else ''}."


def _summed_up(view: Mapping[str, Any], remaining: tuple[str, str] | None) -> str:
    """What there is to say when nothing waits to be tried: the two leads of the card below."""
    known = wording.count(view["known"], "result")
    return f"From {known}. {_trust(view, False)[0]} {remaining[0] if remaining else ''}".strip()


def _weighed(study: Study, view: Mapping[str, Any], trial: Trial | None) -> tuple[Weighed, ...]:
    candidates = view.get("candidates", ())
    family = _family(study)
    means = wording.column([each["mean"] for each in candidates])
    return tuple(
        Weighed(
            name=_named(each["params"], family),
            mean=mean,
            deviation=f"± {wording.significant(each['deviation'], 2)}",
            chance=_per_cent(each["chance"]),
            improvement=wording.significant(each["improvement"], 3),
            taken=bool(family and trial and trial.params.get(family) == each["params"].get(family)),
        )
        for each, mean in zip(candidates, means, strict=True)
    )


def _family(study: Study) -> str:
    """The first unconditional category of up to six choices, as optimizers.surrogate_view takes it."""
    for name, parameter in study.space.space.parameters.items():
        few = parameter.kind == "categorical" and 2 <= len(getattr(parameter, "choices", ())) <= 6
        if few and not parameter.when:
            return name
    return ""


def _named(params: Mapping[str, Any], family: str) -> str:
    if family:
        value = params.get(family)
        return wording.model_title(str(value)) if family == "model" else wording.setting(value)
    few = [f"{name} {_rough(value)}" for name, value in list(params.items())[:3]]
    return ", ".join(few) + (" …" if len(params) > 3 else "")


def _rough(value: Any) -> str:
    return wording.setting(float(f"{value:.3g}") if isinstance(value, float) else value)


def _per_cent(share: float) -> str:
    return f"{100 * share:.0f}{wording.THIN}%" if share >= 0.005 else f"under 1{wording.THIN}%"


def _steps(study: Study, current: int | None) -> tuple[Step, ...]:
    """How the latest trials were chosen."""
    rows = study.trials.numbered().annotate(mode=KT("info__mode")).order_by("-number")
    found = list(rows.values_list("number", "mode")[:STRIP])[::-1]
    return tuple(
        Step(
            number or 0,
            mode or "other",
            MODES[mode][1] if mode in MODES else (mode or "other"),
            number == current,
        )
        for number, mode in found
    )


def _trust(view: Mapping[str, Any], several: bool) -> tuple[str, str]:
    """Whether the surrogate can be believed, in words: lead and rest."""
    left = view.get("left_out")
    if not left:
        return "Not known." if several else "Not known yet.", nothing_yet(several)
    r2, rank, covered = left["r2"], left["rank"], left["covered"]
    figures = (
        f"Each result was left out and predicted from the others: R² {wording.fixed(r2, 2)}, "
        f"rank correlation {wording.fixed(rank, 2)}, "
        f"{_per_cent(covered)} inside their 80{wording.THIN}% interval."
    )
    if r2 >= GOOD and rank >= GOOD:
        return (
            "It can be trusted.",
            f"{figures} Its pictures are close to the truth where it has seen results.",
        )
    if rank >= GOOD:
        return (
            "Trust its order, not its numbers.",
            f"{figures} What it calls better is better.",
        )
    if r2 < POOR and rank < POOR:
        return "Do not trust it yet.", f"{figures} It hardly predicts what it has not seen."
    return "Trust it half.", f"{figures} Take its pictures as a hint."


def _remaining(study: Study, live: bool) -> tuple[str, str] | None:
    """What further trials could gain, in lead and rest; None of moments of the past."""
    insight = getattr(study, "insight", None)
    found = (insight.data or {}).get("remaining") if insight and live else None
    if not found:
        return None
    shown = wording.Shown(study.metric, study.maximize)
    gain, high = (wording.significant(found[key], 3) for key in ("gain", "high"))
    side = "more" if shown.maximize else "less"
    lead = f"About {gain} {side} {shown.title} may still be gained."
    return lead, f"More than {high} is hardly possible, as far as the surrogate can tell."


def _whose(study: Study) -> str:
    """What the picture is: the optimizer's own model, or one fitted beside it."""
    name = study.optimizer["name"]
    if study.several:
        return "Why each trial was suggested stands on its page."
    own = {
        "gp": "This is the sort of model that gp searches with, fitted to the same results.",
        "auto": "auto lets such a model and TPE take turns, and leaves it to TPE when results are many.",
    }
    beside = f"{name} keeps no such picture: this Gaussian process was fitted beside it, to the same results."
    return own.get(name, beside)
