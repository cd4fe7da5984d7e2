"""The form that repeats a study with other optimizers and seeds, and what that comes to in words."""

from collections.abc import Sequence
from typing import Any

from django import forms

from optimizers.registry import get
from trials import wording
from trials.engine.findings import StudyError
from trials.engine.groups import GroupPlan
from trials.models import Study

from .fields import whole_field
from .options import methods

SEEDS = 3
#: Where a field of the group's JSON is in the form.
FIELD_OF = {"optimizers": "optimizers", "seeds": "seeds", "budget": "trials", "name": "name"}


class RepeatForm(forms.Form):
    """Which optimizers, how many seeds from which on, and how many trials each."""

    name = forms.CharField(required=False, max_length=200, label="Name of the group")
    optimizers = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="Optimizers"
    )
    seeds = whole_field(label="Seeds")
    first = whole_field(label="First seed")
    trials = whole_field(label="Trials each")

    def __init__(self, data: Any, study: Study, fitting: Sequence[str]) -> None:
        super().__init__(data, initial=initial(study, fitting))
        self.study = study
        self.fields["optimizers"].choices = [  # type: ignore[attr-defined]
            (name, get(name).title) for name in methods() if name in fitting
        ]
        for name in ("name", "seeds", "first", "trials"):
            described = {"aria-describedby": f"{self[name].auto_id}-error"}
            self.fields[name].widget.attrs |= {"class": "input"} | described
        self.fields["trials"].widget.attrs["placeholder"] = "as the study"

    def group(self) -> dict[str, Any]:
        """The group's JSON that the form says; the study's own optimizer keeps its options."""
        cleaned = self.cleaned_data
        own = self.study.optimizer
        count = SEEDS if cleaned["seeds"] is None else cleaned["seeds"]
        first = self.study.seed if cleaned["first"] is None else cleaned["first"]
        body: dict[str, Any] = {
            "study": self.study.pk,
            "optimizers": [own if own["name"] == name else name for name in cleaned["optimizers"]],
            # A number that is no count goes to the engine as it is: it says what is wrong.
            "seeds": [first + place for place in range(count)] if 0 < count <= 1000 else count,
            "name": cleaned["name"],
        }
        if cleaned["trials"] is not None:
            kept = {
                key: each
                for key, each in self.study.budget.items()
                if key not in ("trials", "full_trainings")
            }
            body["budget"] = kept | {"trials": cleaned["trials"]}
        return body

    def refuse(self, error: StudyError) -> None:
        """Put what the engine refused beside the fields that say it."""
        for place, messages in error.fields.items():
            self.add_error(FIELD_OF.get(place.partition(".")[0]), messages[0])


def initial(study: Study, fitting: Sequence[str]) -> dict[str, Any]:
    """The study's own optimizer against random search, at three seeds."""
    wanted = [study.optimizer["name"], "random", "gp" if study.optimizer["name"] == "random" else ""]
    budget = study.budget.get("trials") or study.budget.get("full_trainings")
    return {
        "optimizers": [name for name in dict.fromkeys(wanted) if name in fitting],
        "seeds": str(SEEDS),
        "first": str(study.seed),
        "trials": "" if budget is None else f"{budget:g}",
    }


def outlook(plan: GroupPlan, study: Study, slots: int) -> str:
    """Say how many studies and trials that makes, and how long it may take; honest where nobody knows."""
    studies = wording.count(len(plan.studies), "study", "studies")
    trials = plan.trials
    full = [each.budget.get("full_trainings") for each in plan.studies]
    trainings = sum(full) if trials is None and all(full) else trials  # type: ignore[arg-type]
    if trainings is None:
        return f"{studies}. How many trials that makes, their budget leaves open."
    unit = "trial" if trials is not None else "full training"
    told = f"{studies}, {wording.count(round(trainings), unit)} in all."
    share = study.train_seconds / study.compute if study.compute else None
    if not study.n_terminal or not share:
        return f"{told} How long that takes is not known yet: no trial of this study has finished."
    if not slots:
        return f"{told} They wait until a worker is up."
    at_once = min(slots, len(plan.studies) * plan.studies[0].parallelism)
    length = wording.duration(max(1.0, trainings * share / at_once))
    return (
        f"{told} About {length} on {wording.count(at_once, 'worker')}, if each takes as long as in this "
        f"study ({wording.duration(share)}); other optimizers may try slower settings and think longer."
    )
