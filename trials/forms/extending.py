"""The form for a study's budget and trials at a time, which lets one that is over go on; for control."""

import math
from collections.abc import Mapping
from typing import Any

from django import forms

from trials.engine.budget import LIMITS
from trials.engine.findings import StudyError
from trials.models import Study
from trials.wording import Shown, count

from . import numbers
from .durations import in_units
from .fields import duration_field, number_field, whole_field
from .form_words import about_field

#: Where a field of the study's JSON is in the form.
FIELD_OF = {"budget": "trials", "budget.seconds": "time", "parallelism": "parallelism"} | {
    f"budget.{name}": name for name in LIMITS if name != "seconds"
}


class ExtendForm(forms.Form):
    """Every limit of the budget as typed; a blank one is none."""

    trials = whole_field(label="Trials")
    full_trainings = number_field(label="Full trainings")
    time = duration_field(label="Or at most")
    parallelism = whole_field(label="Trials at a time")
    target = number_field(label="Target")
    patience = whole_field(label="Patience")
    regret = number_field(label="Left to gain")
    failures = whole_field(label="Failures in a row")

    def __init__(self, data: Mapping[str, Any] | None, study: Study, slots: int) -> None:
        super().__init__(data, initial=_initial(study))
        self.fields["parallelism"].help_text = "" if study.external else _room(slots)
        placeholders = {
            "trials": "no limit",
            "time": "no limit",
            "target": "no target",
            "patience": "no limit",
            "regret": "no limit",
        }
        for name, field in self.fields.items():
            field.widget.attrs |= {
                "class": "input",
                "aria-describedby": f"{self[name].auto_id}-error",
                "placeholder": placeholders.get(name, "no limit" if name == "failures" else "1"),
            }

    def changes(self) -> dict[str, Any]:
        """What to change; blank limits are taken away."""
        budget = {name: self.cleaned_data[name] for name in LIMITS if name != "seconds"}
        changes = {"budget": budget | {"seconds": self.cleaned_data["time"]}}
        parallelism = self.cleaned_data["parallelism"]
        return changes | ({"parallelism": parallelism} if parallelism is not None else {})

    def refuse(self, error: StudyError) -> None:
        """Put what the engine refused beside the fields that say it."""
        for place, messages in error.fields.items():
            name = FIELD_OF.get(place)
            words = (
                messages[0]
                if name is None
                else about_field(messages[0], place.rpartition(".")[2], str(self.fields[name].label))
            )
            self.add_error(name, words)


def _initial(study: Study) -> dict[str, str]:
    budget = study.budget
    texts = {name: numbers.typed(budget[name]) for name in LIMITS if name != "seconds" and name in budget}
    if "seconds" in budget:
        texts["time"] = in_units(budget["seconds"])
    if study.is_over and study.n_terminal >= budget.get("trials", study.n_terminal + 1):
        texts["trials"] = str(study.n_terminal + max(10, budget["trials"] // 2))
    most = budget.get("full_trainings")
    if study.is_over and most is not None and study.compute >= most:
        texts["full_trainings"] = numbers.typed(math.ceil(study.compute + max(1, most / 2)))
    return texts | {"parallelism": str(study.parallelism)}


def _room(slots: int) -> str:
    """How many trials at a time there can be now."""
    return f"{count(slots, 'worker is', 'workers are')} up now; trials beyond that wait for one."


def facts(study: Study) -> str:
    """What is done so far, beside the fields."""
    done = f"{study.n_terminal:,} trials are done"
    if study.best_value is None:
        return f"{done}."
    shown = Shown(study.metric, study.maximize)
    return f"{done}, the best {shown.title} is {shown.five(study.best_value)}."
