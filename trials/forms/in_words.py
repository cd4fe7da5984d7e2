"""What a plan will do, in sentences for the card beside the form; the numbers are the plan's own."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from optimizers import Space, SpaceError, early_stopping
from optimizers.registry import get
from trials.engine.creation import StudyPlan
from trials.engine.naming import number
from trials.engine.plan import trains_in_parts
from trials.objectives.resources import ROWS
from trials.wording import (
    Shown,
    count,
    default_title,
    duration,
    each_shown,
    fidelity_unit,
    limit_in_words,
    listed,
    metric_title,
    model_title,
    short,
)

from .fields import percent
from .selection import models_of

#: From this many draws the least and greatest number of active parameters are read.
DRAWS = 512
#: Larger spaces are told by their power of ten.
MOST_COUNTED = 10**9


def in_words(plan: StudyPlan) -> list[SafeString]:
    """Paragraphs of HTML: what is looked for, how, and how a score comes about."""
    aim = format_html("{}{}", _aim(plan), _range(plan.space))
    search = [_search(plan), *_parts(plan), *_earlier(plan), _pace(plan), *_stopping(plan)]
    search += [*_mark_to_beat(plan), *_limits(plan)]
    return [aim, _joined(search), _joined(_scores(plan))]


def _joined(sentences: list[SafeString | str]) -> SafeString:
    return format_html_join(" ", "{}", ((sentence,) for sentence in sentences))


def grid_size(space: Space) -> int | None:
    """How many points a grid over the space has; None when a parameter has neither steps nor points."""
    try:
        return space.grid_size
    except SpaceError:
        return None


def size_in_words(space: Space) -> str:
    """How many configurations a space has."""
    if not math.isfinite(space.size):
        return "without end"
    return (
        f"{space.size:,}" if space.size < MOST_COUNTED else f"about 10^{math.floor(math.log10(space.size))}"
    )


def _aim(plan: StudyPlan) -> SafeString:
    objective = plan.objective.to_dict()
    if plan.objective.kind != "model":
        name = objective.get("name", plan.objective.kind)
        if len(plan.metrics) > 1:
            return format_html("Weigh up the {} values of <b>{}</b>", number(len(plan.metrics)), name)
        return format_html("Find where <b>{}</b> is smallest", name)
    if len(plan.metrics) > 1:
        return format_html(
            "Find {} on <b>{}</b> that weigh up {}",
            _searched(models_of(objective)), objective["dataset"], _weighed(plan),
        )  # fmt: skip
    better = "lowest" if _shown(plan).negated else "highest"
    return format_html(
        "Find the {} with the <b>{} {}</b> on <b>{}</b>",
        _searched(models_of(objective)), better, _shown(plan).title, objective["dataset"],
    )  # fmt: skip


def _weighed(plan: StudyPlan) -> SafeString:
    """The objectives, each with the way it should go."""
    shown = each_shown(plan.metrics, plan.directions)
    aims = [format_html("<b>{} {}</b>", "high" if one.maximize else "low", one.title) for one in shown]
    return format_html("{} and {}", format_html_join(", ", "{}", ((aim,) for aim in aims[:-1])), aims[-1])


def _limits(plan: StudyPlan) -> list[SafeString]:
    if not plan.constraints:
        return []
    kept = listed([limit_in_words(constraint) for constraint in plan.constraints])
    return [format_html("Only what keeps <b>{}</b> counts.", kept)]


def _searched(models: list[str]) -> SafeString:
    if len(models) > 1:
        return format_html("model and settings, out of <b>{} models</b>,", number(len(models)))
    title = model_title(models[0])
    return format_html("settings of {} <b>{}</b>", article(title), title)


def _shown(plan: StudyPlan) -> Shown:
    return Shown(plan.metrics[0], plan.directions[0] == "maximize")


def article(noun: str) -> str:
    """ "a" or "an"; capitals are spelt out: an SVM."""
    first = noun[:1]
    spelt = noun[:2].isupper()
    return "an" if first in ("AEFHILMNORSX" if spelt else "aeiouAEIOU") else "a"


def _range(space: Space) -> SafeString:
    count = len(space)
    words = format_html(", among <b>{} parameter{}</b>", count, "" if count == 1 else "s")
    if any(parameter.when for parameter in space.parameters.values()):
        active = np.count_nonzero(~np.isnan(space.sample_many(np.random.default_rng(0), DRAWS)), axis=1)
        low, high = int(active.min()), int(active.max())
        some = f"{low} to {high}" if low < high else str(low)
        words = format_html("{}, of which {} are active at a time", words, some)
    return format_html("{}.{}", words, _rules(space))


def _rules(space: Space) -> str:
    """How many rules leave configurations out, as a sentence; "" without any."""
    count = len(space.constraints) + len(space.forbidden)
    if not count:
        return ""
    leaves = "leaves" if count == 1 else "leave"
    return (
        f" {number(count).capitalize()} {_plural('rule', count)} between them {leaves} some combinations out."
    )


def _search(plan: StudyPlan) -> SafeString:
    name = plan.optimizer["name"]
    if name == "grid":
        return _grid(plan)
    trials, seconds = plan.budget.get("trials"), plan.budget.get("seconds")
    full = plan.budget.get("full_trainings")
    how = {"random": " drawn at random", "auto": ""}.get(name, f" chosen by {name}")
    why = " The method auto decides how to choose them, and says why." if name == "auto" else ""
    if trials is None and full is not None:
        spent = format_html("<b>{} full {}</b>", short(full), _plural("training", math.ceil(full)))
        return format_html("Try settings{}, for the time of {}{}.{}", how, spent, _limit(seconds), why)
    if trials is None:
        until = format_html("for <b>{}</b>", _time(seconds)) if seconds else "until you stop it"
        return format_html("Try settings{} {}.{}", how, until, why)
    finite = math.isfinite(plan.space.size) and trials >= plan.space.size
    whole = ", all there are" if finite else ""
    shown = f"{trials:,} {_plural('trial', trials)}"
    return format_html("Try <b>{}</b>{}{}{}.{}", shown, how, whole, _limit(seconds), why)


def _parts(plan: StudyPlan) -> list[SafeString]:
    """What trials are trained on less of, and who decides that."""
    fidelity = plan.objective.fidelity
    if fidelity is None:
        return []
    if fidelity.name == ROWS:
        ends, what = [_share(fidelity.min), _share(fidelity.max)], "of the rows"
    else:
        ends, what = [f"{fidelity.min:,g}", f"{fidelity.max:,g}"], fidelity_unit(fidelity.name)
    if not trains_in_parts(plan.objective, plan.optimizer["name"]):
        return [format_html("Each is trained fully ({} {}) and scored on the way.", ends[1], what)]
    words = "Each begins with <b>{}</b> {}; those that do well get more, up to <b>{}</b>."
    return [format_html(words, ends[0], what, ends[1])]


def _grid(plan: StudyPlan) -> SafeString:
    points, trials = grid_size(plan.space) or 0, plan.budget.get("trials")
    limit = _limit(plan.budget.get("seconds"))
    shown = f"{points:,} {_plural('point', points)}"
    if trials is None or trials >= points:
        return format_html("A grid of exactly <b>{}</b>{}.", shown, limit)
    return format_html("<b>{}</b> of the <b>{}</b> of a grid{}.", f"{trials:,}", shown, limit)


def _limit(seconds: float | None) -> SafeString | str:
    return format_html(", for at most <b>{}</b>", _time(seconds)) if seconds else ""


def _plural(noun: str, count: int) -> str:
    return noun if count == 1 else f"{noun}s"


def _time(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes:g} min" if not rest and minutes < 120 else duration(seconds)


def _earlier(plan: StudyPlan) -> list[SafeString]:
    """How much of which earlier studies is used."""
    if not plan.warm_start:
        return []
    fit = sum(earlier.fit for earlier in plan.warm_start)
    total = sum(earlier.total for earlier in plan.warm_start)
    names = listed([f"“{earlier.name}”" for earlier in plan.warm_start])
    if not get(plan.optimizer["name"]).learns:
        return [
            format_html("The results of {} are ignored: {} does not learn.", names, plan.optimizer["name"])
        ]
    if fit == total:
        return [format_html("It begins from <b>all {}</b> of {}.", count(total, "result"), names)]
    verb = "fits" if fit == 1 else "fit"
    return [
        format_html(
            "It begins from <b>{} of {}</b> of {}: so many {} these ranges.",
            f"{fit:,}", count(total, "result"), names, verb,
        )
    ]  # fmt: skip


def _pace(plan: StudyPlan) -> SafeString:
    pace = f"{number(plan.parallelism).capitalize()} at a time."
    target, patience, regret, failures = (
        plan.budget.get(name) for name in ("target", "patience", "regret", "failures")
    )
    ends = []
    if target is not None:
        ends.append(f"{_shown(plan).title} reaches {short(_shown(plan).value(target))}")
    if patience is not None:
        ends.append(f"{patience:,} {_plural('trial', patience)} in a row bring nothing better")
    if regret is not None:
        ends.append(f"further trials can hardly gain more than {short(regret)}")
    if failures is not None:
        ends.append(f"{failures:,} {_plural('trial', failures)} in a row fail")
    return (
        format_html("{} It stops early once {}.", pace, " or ".join(ends))
        if ends
        else format_html("{}", pace)
    )


def _stopping(plan: StudyPlan) -> list[SafeString]:
    if not plan.stopping:
        return []
    rule = early_stopping.get(plan.stopping["name"])
    return [
        format_html(
            "What looks hopeless is stopped early (<b>{}</b>).", rule.title[:1].lower() + rule.title[1:]
        )
    ]


def _mark_to_beat(plan: StudyPlan) -> list[str]:
    first = None if plan.optimizer["name"] == "grid" else plan.space.default()
    if plan.baseline is not None:
        own = [] if first is None else ["The first is the default of the ranges."]
        title = default_title(plan.objective.to_dict().get("models") or ())
        mark = "" if len(plan.metrics) > 1 else ", the mark to beat"
        return [*own, f"{title[0].upper()}{title[1:]} is scored once beside it{mark}."]
    if first is None:
        return []
    if plan.objective.is_baseline(first):
        mark = "" if len(plan.metrics) > 1 else ", the mark to beat"
        return [f"The first is scikit-learn’s default{mark}."]
    return ["The first is the default of the ranges."]


def _scores(plan: StudyPlan) -> list[SafeString | str]:
    objective: Mapping[str, Any] = plan.objective.to_dict()
    if plan.objective.kind != "model":
        return [plan.objective.describe()]
    validation, aside = objective["validation"], objective["test_share"]
    if validation["kind"] == "holdout":
        scores = format_html(
            "Each score comes from <b>{}</b> of the rows, held out.", _share(validation["share"])
        )
    else:
        repeats = validation.get("repeats", 1)
        often = f", repeated {number(repeats)} times" if repeats > 1 else ""
        scores = format_html("Each score is the mean of <b>{} folds</b>{}.", validation["folds"], often)
    kept = f"{_share(aside)} of the rows are kept out of the search." if aside else "No rows are kept aside."
    return [scores, *_measures(objective, plan.metrics), kept]


def _measures(objective: Mapping[str, Any], optimized: Sequence[str]) -> list[str]:
    titles = [metric_title(name) for name in objective.get("measures") or () if name not in optimized]
    if not titles:
        return []
    named = listed([titles[0][:1].upper() + titles[0][1:], *titles[1:]])
    return [f"{named} {'is' if len(titles) == 1 else 'are'} measured too."]


def _share(part: float) -> str:
    return percent(part).replace(" ", "\N{NO-BREAK SPACE}")
