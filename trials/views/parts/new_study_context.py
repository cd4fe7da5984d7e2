"""What the templates of the new study page show of a draft; for the page and its fragments."""

from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.http import HttpRequest
from django.urls import reverse

from optimizers.registry import get
from trials.examples import examples
from trials.forms import fidelities, goals, selection
from trials.forms.distributions import families
from trials.forms.draft import Draft
from trials.forms.earlier import earlier_choices
from trials.forms.in_words import grid_size, in_words
from trials.forms.new_study import NO_RULE
from trials.forms.options import FIRST, methods
from trials.forms.stopping_choices import rule_choices
from trials.objectives.kinds.function import FUNCTIONS
from trials.views.frame import crew

from . import code_panes
from .saved_rows import saved_rows


@dataclass(frozen=True)
class Method:
    """One optimizer as an option card, with the fields of its options."""

    name: str
    title: str
    summary: str
    chosen: bool
    familiar: bool
    options: list[BoundField]
    several: bool
    """Whether it takes several objectives."""
    unfit: bool
    """Whether it cannot take those that are chosen."""

    @property
    def told(self) -> bool:
        """Whether an option was changed."""
        return any(option.value() for option in self.options)


@dataclass(frozen=True)
class LimitRow:
    """The fields of one limit."""

    metric: BoundField
    side: BoundField
    value: BoundField


@dataclass(frozen=True)
class RuleOptions:
    """The fields of a stopping rule's options."""

    name: str
    title: str
    fields: list[BoundField]

    @property
    def told(self) -> bool:
        """Whether an option was changed, or must be."""
        return self.name == "threshold" or any(field.value() for field in self.fields)


def context(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    """Everything the page and its fragments need."""
    plan, form = draft.plan, draft.form
    draft.decorate()
    people, space = crew(request), draft.reading.space
    return code_panes.of_study(request, draft.study) | _choices(draft) | {
        "draft": draft,
        "form": form,
        "plan": plan,
        "words": in_words(plan) if plan else [],
        "budget_fields": [form[name] for name in _budget_names(draft)],
        "shown_fields": _shown_fields(draft),
        "grid_points": grid_size(space) if space else None,
        "negated": form.negated,
        "positive": selection.positive_class(form.value("scoring"), form.value("dataset")),
        "slots": people.slots,
        "free": max(0, people.slots - people.busy),
        "examples": examples(),
        "saved_spaces": saved_rows(first=draft.subject),
        "distributions": families().items(),
        "rows_url": reverse("study-new-space"),
        "json_url": reverse("study-new-json"),
        "json_target": "#steps",
    }  # fmt: skip


def _budget_names(draft: Draft) -> tuple[str, ...]:
    counted = ("trials", "full_trainings") if draft.form.trainable_in_parts else ("trials",)
    return (*counted, "time", "parallelism", "seed")


def _fidelity(draft: Draft) -> dict[str, Any]:
    """What can be chosen as the fidelity, and what is."""
    form = draft.form
    if form.value("kind") == "function":
        name = form.value("function")
        own = FUNCTIONS[name].fidelity if name in FUNCTIONS else None
        if own:
            form.fields["fidelity_min"].widget.attrs["placeholder"] = f"{own.min:g}"
            form.fields["fidelity_max"].widget.attrs["placeholder"] = f"{own.max:g}"
        return {"function_fidelity": own}
    resources = fidelities.resources_of(draft.objective)
    form.fields["fidelity"].widget.choices = fidelities.choices(resources)
    chosen = next((own for own in resources if own.name == form.value("fidelity")), None)
    if chosen:
        for name, words in zip(("fidelity_min", "fidelity_max"), fidelities.usual_ends(chosen), strict=True):
            form.fields[name].widget.attrs["placeholder"] = words
    return {"fidelity_choices": bool(resources), "fidelity": chosen}


def _choices(draft: Draft) -> dict[str, Any]:
    """What can be chosen, given what is chosen already."""
    form = draft.form
    dataset = form.value("dataset")
    models, scores = selection.model_choices(dataset), selection.scorer_choices(dataset, form.models)
    form.fields["dataset"].widget.choices = selection.dataset_choices()
    form.fields["model"].widget.choices = models
    form.fields["scoring"].widget.choices = scores
    function, every = form.value("function"), _methods(draft)
    earlier = earlier_choices(draft.objective, form.value("warm_start"))
    return {
        "dataset": selection.dataset_named(dataset),
        "model": selection.model_named(form.value("model")),
        "function_summary": selection.function_summary(function),
        "arguments": form.bound(f"argument-{function}-"),
        "methods": every,
        "further_methods": sum(not method.familiar for method in every),
        "method_is_further": any(method.chosen and not method.familiar for method in every),
        "further_models": _ticks(models, form.value("model"), form.value("also")),
        "further_scores": _ticks(scores, form.value("scoring"), form.value("measures")),
        "goals": goals.goals(draft.texts),
        "several_goals": len(form.further_goals) + 1 if form.further_goals else 0,
        "limits": _limits(draft),
        "limits_said": len(form.limit_rows),
        "preparations": draft.preparations,
        **_fidelity(draft),
        "earlier_studies": earlier,
        "earlier_ticked": sum(choice.ticked for choice in earlier),
    } | _stopping(draft)


def _limits(draft: Draft) -> list[LimitRow]:
    """The rows of limits, each with what can be limited."""
    form, rows = draft.form, []
    for place in goals.shown_rows(draft.texts):
        row = LimitRow(*(form[goals.limit_key(place, part)] for part in ("metric", "side", "value")))
        chosen = form.value(row.metric.name)
        form.fields[row.metric.name].widget.choices = goals.limit_choices(draft.texts, chosen)
        rows.append(row)
    return rows


def _stopping(draft: Draft) -> dict[str, Any]:
    """The rules that suit the study, with their options."""
    stopping, form = rule_choices(draft.objective), draft.form
    rules = [rule for rule in stopping.rules if rule.name != NO_RULE]
    return {
        "stopping": stopping,
        "chosen_rule": form.value("rule") or NO_RULE,
        "rule_options": [
            RuleOptions(each.name, each.title, form.bound(f"rule-{each.name}-")) for each in rules
        ],
    }


def _ticks(choices: list[tuple[str, str]], first: str, ticked: str) -> list[tuple[str, str, bool]]:
    """(name, title, ticked) of all but the first choice."""
    names = selection.names_in(ticked)
    return [(name, title, name in names) for name, title in choices if name != first]


def _shown_fields(draft: Draft) -> list[BoundField]:
    """The fields that have a place for their errors on the page, rows aside."""
    form = draft.form
    of_rules = [field for rule in _stopping(draft)["rule_options"] for field in rule.fields]
    names = ["name", "tags", "optimizer", "trials", "time", "parallelism", "seed"]
    names += ["target", "patience", "regret", "failures", "rule", "warm_start"]
    rows = goals.shown_rows(draft.texts)
    names += [goals.limit_key(place, part) for place in rows for part in ("metric", "value")]
    names += ["fidelity_min", "fidelity_max", "full_trainings"] if form.trainable_in_parts else []
    if form.value("kind") == "function":
        of_function = form.bound(f"argument-{form.value('function')}-")
        return [form[name] for name in (*names, "function")] + of_function + of_rules
    names += ["dataset", "model", "scoring", "validation", "folds", "repeats", "hold_out", "test_share"]
    names += ["also", "fidelity", "goals"]
    return [form[name] for name in names] + form.bound("option-") + of_rules


def _methods(draft: Draft) -> list[Method]:
    chosen, bound = draft.form.value("optimizer"), draft.form.bound
    several = bool(draft.form.further_goals) or _measures_several(draft)
    return [
        Method(
            name=name,
            title=get(name).title,
            summary=get(name).summary,
            chosen=name == chosen,
            familiar=name in FIRST,
            options=bound(f"option-{name}-"),
            several=get(name).learns and get(name).most_objectives > 1,
            unfit=several and get(name).most_objectives == 1,
        )
        for name in methods()
    ]


def _measures_several(draft: Draft) -> bool:
    """Whether the chosen function has several objectives of its own."""
    function = FUNCTIONS.get(draft.form.value("function"))
    return draft.form.value("kind") == "function" and function is not None and len(function.metrics) > 1
