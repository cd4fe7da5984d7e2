"""A final model's scores in honest words: how sure they are, and what may be chance; for `result`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trials import wording
from trials.charts.final_scores import decimals
from trials.models import FinalModel, Study
from trials.objectives.script_use import numbered

#: An interval drawn from fewer rows is too narrow to be believed.
FEW_ROWS = 30
EN_DASH = "\N{EN DASH}"


@dataclass(frozen=True)
class Estimate:
    """A score as it is shown (errors are positive), with its 95 % interval where there is one."""

    value: float | None
    low: float | None
    high: float | None

    @property
    def decimals(self) -> int:
        """Decimals of the interval's ends; the score gets one more."""
        return decimals(None if self.low is None or self.high is None else (self.low, self.high))


def estimate_of(data: Mapping[str, Any], who: str, shown: wording.Shown) -> Estimate:
    """The score of best, default or dummy on the test part."""
    return _turned(data["scores"][who][data["scoring"]], shown)


def _turned(found: Mapping[str, float | None], shown: wording.Shown) -> Estimate:
    low, high = shown.value(found["low"]), shown.value(found["high"])
    return Estimate(shown.value(found["value"]), *((high, low) if shown.negated else (low, high)))


def value(estimate: Estimate, like: Estimate | None = None) -> str:
    """The score with a digit more than its interval has, or than that of `like`: 0.956."""
    if estimate.value is None:
        return wording.DASH
    if abs(estimate.value) >= wording.LARGEST_PLAIN:
        return wording.five(estimate.value)
    return wording.fixed(estimate.value, min(wording.MOST_DECIMALS, (like or estimate).decimals + 1))


def interval(estimate: Estimate) -> str:
    """The interval: "0.91–0.99"; "" where there is none."""
    if estimate.low is None or estimate.high is None:
        return ""
    if max(abs(estimate.low), abs(estimate.high)) >= wording.LARGEST_PLAIN:
        return f"{wording.significant(estimate.low, 3)} to {wording.significant(estimate.high, 3)}"
    ends = [wording.fixed(end, estimate.decimals) for end in (estimate.low, estimate.high)]
    return f"{ends[0]} to {ends[1]}" if estimate.low < 0 else EN_DASH.join(ends)


def lead(data: Mapping[str, Any], shown: wording.Shown) -> str:
    """The difference from the default with its paired interval."""
    found = data["differences"].get("default")
    if not found or found["low"] is None:
        return ""
    difference = _turned(found, shown)
    return f"Best minus default: {value(difference)} (95{wording.THIN}% interval {interval(difference)})."


def stale(study: Study, final: FinalModel) -> str:
    """What to know when the study has gone on since; "" when it has not."""
    if not study.is_over:
        return "The study runs again. When it ends, its best configuration is scored anew."
    if final.trial_id != study.best_id and study.several:
        return "Another trial of the front stands for the study since, which has not been scored."
    if final.trial_id != study.best_id:
        return "The study has found a better configuration since, which has not been scored."
    return ""


def which(study: Study) -> str:
    """Of several objectives, which trial of the front this is."""
    if not study.several:
        return ""
    front = f"one of {wording.count(study.front_size, 'trial')} on the front"
    return f"This is {'the trial picked' if study.picked else 'the compromise'}, {front}."


def too_large(data: Mapping[str, Any]) -> str:
    """Why the pipeline's file is not kept."""
    model = data["model"]
    return "" if model["stored"] else f"larger than {file_size(model['most_bytes'])}, so it was not kept"


def _certain(found: Mapping[str, float | None]) -> bool:
    """Whether the paired interval of a difference leaves 0 out."""
    low, high = found["low"], found["high"]
    return low is not None and high is not None and not low <= 0 <= high


def headline(data: Mapping[str, Any], shown: wording.Shown) -> str:
    """One line: what the best reaches on rows that the search never saw."""
    if not data["test_rows"]:
        return "No rows were kept aside as a test: the model is refitted on all of them, and not scored."
    best = estimate_of(data, "best", shown)
    parts = [f"On {data['test_rows']:,} rows that the search never saw: {shown.title} {value(best)}"]
    if span := interval(best):
        parts.append(f" (95{wording.THIN}% interval {span})")
    others = [
        f"{name} {value(estimate_of(data, who, shown), like=best)}"
        for who, name in (("default", "the default"), ("dummy", "a dummy"))
        if who in data["scores"]
    ]
    return f"{''.join(parts)}; {', '.join(others)}."


def sentences(data: Mapping[str, Any], shown: wording.Shown) -> tuple[str, ...]:
    """What follows from the scores, each in a sentence."""
    if not data["test_rows"]:
        return (
            "The score of the search is all there is to judge it by, and that is flattering: the "
            "configuration was chosen for it. Keep rows aside the next time (test share).",
        )
    found = [_against_default(data, shown), _against_dummy(data), _width(data, shown)]
    return tuple(filter(None, found))


def _against_default(data: Mapping[str, Any], shown: wording.Shown) -> str:
    if problem := data["problems"].get("default"):
        return f"The default configuration could not be fitted ({problem})."
    if "default" not in data["scores"]:
        return "There is no default configuration to compare with."
    difference = data["differences"]["default"]
    if difference["value"] is None:
        return "On these rows the two cannot be compared."
    if data["best_is_default"]:
        return "The best configuration is the default itself: the search found nothing better."
    if difference["value"] == 0:
        return "The default configuration does just as well on these rows."
    size = value(Estimate(abs(difference["value"]), difference["low"], difference["high"]))
    side = "better" if difference["value"] > 0 else "worse"
    if _certain(difference):
        return f"The best is {size} {side} than the default, more than chance explains."
    return f"The best is {size} {side} than the default: the difference may be chance."


def _against_dummy(data: Mapping[str, Any]) -> str:
    difference = data["differences"]["dummy"]
    if difference["value"] is None or (_certain(difference) and difference["value"] > 0):
        return ""
    return "It is not clearly better than a dummy that looks at no column: it may have learned nothing."


def _width(data: Mapping[str, Any], shown: wording.Shown) -> str:
    best = estimate_of(data, "best", shown)
    if best.value is None:
        return f"{capital(shown.title)} is undefined on these rows."
    if best.low is None:
        return f"{data['test_rows']:,} rows are too few to say how sure the score is."
    if data["test_rows"] < FEW_ROWS:
        return f"{wording.count(data['test_rows'], 'row')} are few: even the interval is rough."
    return ""


def looks(number: int) -> str:
    """How often the test part has been looked at, and what that means."""
    if number <= 1:
        return "The test part was looked at once." if number else ""
    often = "twice" if number == 2 else f"{number} times"
    return (
        f"The test part has been looked at {often}: whoever goes on because of what it said "
        "chooses by it, and the score becomes flattering."
    )


def kept_aside(objective: Mapping[str, Any]) -> str:
    """What the study keeps for its end, while it still runs."""
    share = objective.get("test_share") or 0
    if not share:
        return "No rows are kept aside: the best configuration is refitted on all of them, and not scored."
    part = f"{wording.short(100 * share)}{wording.THIN}%"
    return (
        f"{part} of the rows are kept aside; the search never sees them. When it ends, the best "
        "configuration is refitted and scored on them once, beside the default and a dummy."
    )


def capital(text: str) -> str:
    """The text with a capital first letter and all others as they are."""
    return text[:1].upper() + text[1:]


def file_size(size: int) -> str:
    """Bytes for people: 79 KB."""
    for unit, bytes_ in (("MB", 1024**2), ("KB", 1024)):
        if size >= bytes_:
            return f"{wording.significant(size / bytes_, 3).rstrip('.')}{wording.THIN}{unit}"
    return f"{size}{wording.THIN}bytes"


def card(study: Study, final: FinalModel, shown: wording.Shown) -> tuple[tuple[str, str], ...]:
    """A short model card: what it is, made from what, how good, when."""
    data, objective = final.data, study.objective
    facts = data["dataset"]
    version = f", version {facts['version']}" if facts.get("version") else ""
    rows = [
        ("Model", _model(study, final)),
        ("Data", f"{facts['title']}{version}: {facts['rows']:,} rows, {facts['columns']} columns"),
        ("Fitted on", f"{data['search_rows']:,} rows, in {wording.duration(data['fit_seconds'])}"),
        ("Chosen", f"{_chosen(study)} of {study.n_complete:,} trials, by {_validation(objective)}"),
        ("In the search", f"{shown.title} {shown.five(final.trial.value if final.trial else None)}"),
    ]
    if data["test_rows"]:
        best = estimate_of(data, "best", shown)
        span = f" ({interval(best)})" if interval(best) else ""
        rows.append(("On the test part", f"{shown.title} {value(best)}{span}, {data['test_rows']:,} rows"))
    rows.append(
        ("Predicts", _names(facts["classes"]) if facts["classes"] else wording.listed(facts["targets"]))
    )
    return tuple(rows)


def _model(study: Study, final: FinalModel) -> str:
    params = final.trial.params if final.trial else {}
    name = study.objective.get("model") or params.get("model") or ""
    return capital(wording.model_title(str(name))) if name else "Pipeline"


def _names(classes: list[str]) -> str:
    """The classes; predictions are their places, from 0 on."""
    if numbered(classes):
        return f"the classes 0 to {len(classes) - 1}"
    shown = [f"{place} = {name}" for place, name in enumerate(classes[:6])]
    more = f" and {len(classes) - 6} more" if len(classes) > 6 else ""
    return ", ".join(shown) + more


def _chosen(study: Study) -> str:
    """What the refitted trial is among all."""
    if not study.several:
        return "the best"
    return "picked from the front" if study.picked else "the compromise of the front"


def _validation(objective: Mapping[str, Any]) -> str:
    validation = objective.get("validation") or {}
    folds = validation.get("folds")
    return f"{folds}-fold cross-validation" if folds else "a hold-out"
