"""A study repeated with other optimizers and seeds: what is made, refused, and done to all of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from trials.engine import groups, purge
from trials.engine.findings import StudyError
from trials.forms.repeat import outlook
from trials.models import Study, StudyGroup

Make = Callable[..., Study]


def test_each_optimizer_gets_each_seed_and_all_else_of_the_study(make_study: Make):
    source = make_study(name="S", optimizer={"name": "gp", "startup": 4}, budget={"trials": 7}, tags=["t"])
    own = source.optimizer
    group, nudges = groups.create_group({"study": source.pk, "optimizers": [own, "random"], "seeds": 2}, None)
    made = list(group.studies.order_by("pk"))
    assert [(study.optimizer["name"], study.seed) for study in made] == [
        ("gp", 1), ("random", 1), ("gp", 2), ("random", 2),
    ]  # fmt: skip
    assert made[0].optimizer == own
    assert {study.name for study in made} >= {"S, gp, seed 1", "S, random, seed 2"}
    assert all((study.budget, study.tags) == ({"trials": 7}, ["t"]) for study in made)
    assert set(nudges.studies) == {study.pk for study in made}
    assert (group.name, group.source) == ("S, repeated", source)


def test_a_group_of_a_study_that_is_not_there_yet(db: None):
    body = {"objective": {"kind": "function", "name": "branin"}, "budget": {"trials": 3}}
    group, _ = groups.create_group(
        {"study": body, "optimizers": ["random"], "seeds": [4, 9], "name": "Mine", "budget": {"trials": 5}},
        None,
    )
    assert [(study.seed, study.budget["trials"]) for study in group.studies.order_by("pk")] == [
        (4, 5),
        (9, 5),
    ]
    assert (group.name, group.source) == ("Mine", None)


def test_where_one_trains_in_parts_all_spend_full_trainings(db: None):
    body = {
        "objective": {"kind": "function", "name": "learning_curve", "fidelity": {"min": 1, "max": 27}},
        "budget": {"trials": 9},
    }
    plan = groups.check_group({"study": body, "optimizers": ["random", "hyperband"], "seeds": 1})
    assert [each.budget for each in plan.studies] == [{"full_trainings": 9}] * 2
    assert plan.trials is None


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"study": 999}, "study", "there is no study 999"),
        ({"study": None}, "study", "a study is needed"),
        ({"optimizers": []}, "optimizers", "at least one"),
        ({"optimizers": ["random", "randm"]}, "optimizers.1", "randm"),
        ({"optimizers": ["random", "random"]}, "optimizers.1", "twice"),
        ({"optimizers": ["hyperband"]}, "optimizers.0", "fidelity"),
        ({"optimizers": [7]}, "optimizers.0", "a name"),
        ({"seeds": 0}, "seeds", "1 to 100"),
        ({"seeds": [1, 1]}, "seeds", "different"),
        ({"seeds": [-1]}, "seeds", "different"),
        ({"seeds": True}, "seeds", "1 to 100"),
        ({"optimizers": ["random", "sobol"], "seeds": 60}, "seeds", "120 studies"),
        ({"budget": {"trials": 0}}, "budget.trials", "1 to"),
        ({"name": "x" * 201}, "name", "200"),
        ({"sedes": 3}, "sedes", "seeds"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_made(
    make_study: Make, change: dict[str, Any], field: str, words: str
):
    given = {"study": make_study().pk, "optimizers": ["random"], "seeds": 2} | change
    with pytest.raises(StudyError) as refused:
        groups.create_group(given, None)
    assert words in " ".join(refused.value.fields[field])
    assert not StudyGroup.objects.exists()
    assert Study.objects.count() == 1


def test_a_group_is_paused_stopped_deleted_and_had_back_as_one(make_study: Make):
    group, _ = groups.create_group({"study": make_study().pk, "optimizers": ["random"], "seeds": 2}, None)
    states = lambda: set(group.studies.values_list("state", flat=True))  # noqa: E731
    assert groups.act(group.pk, "pause", "ann") is not None
    assert states() == {"paused"}
    nudges = groups.act(group.pk, "resume")
    assert nudges is not None
    assert len(nudges.studies) == 2
    groups.act(group.pk, "stop")
    assert states() == {"stopped"}
    groups.act(group.pk, "delete")
    assert not StudyGroup.objects.visible().exists()
    groups.act(group.pk, "restore")
    assert StudyGroup.objects.visible().get() == group
    assert groups.act(group.pk + 1, "pause") is None


def test_a_group_is_gone_with_the_last_of_its_studies(make_study: Make):
    source = make_study()
    group, _ = groups.create_group({"study": source.pk, "optimizers": ["random"], "seeds": 2}, None)
    groups.act(group.pk, "delete")
    group.studies.update(deleted=timezone.now() - timedelta(days=2))
    assert purge.purge()
    assert list(Study.objects.all()) == [source]
    assert not StudyGroup.objects.exists()


def test_only_fitting_optimizers_are_offered(make_study: Make):
    offered = groups.fitting(make_study())
    assert {"random", "gp", "tpe"} <= set(offered)
    assert "hyperband" not in offered


def test_the_time_is_estimated_where_it_can_be(make_study: Make):
    study = make_study(budget={"trials": 10})
    plan = groups.check_group({"study": study.pk, "optimizers": ["random", "sobol"], "seeds": 3})
    assert outlook(plan, study, 2).startswith("6 studies, 60 trials in all. How long that takes is not known")
    study.train_seconds, study.compute, study.n_complete = 20.0, 10.0, 10
    assert "About 60\xa0s on 2 workers, if each takes as long as in this study (2.0\xa0s)" in outlook(
        plan, study, 2
    )
    assert outlook(plan, study, 0) == "6 studies, 60 trials in all. They wait until a worker is up."
