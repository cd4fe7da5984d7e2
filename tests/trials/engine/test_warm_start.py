"""Beginning from earlier studies: what is taken over, what is refused, and that it is a copy."""

import pytest

from trials.engine.control import delete
from trials.engine.creation import StudyError, check_study, create_study, study_json
from trials.engine.memory import new_optimizer
from trials.engine.results import result_of
from trials.engine.warm_start import history_of
from trials.models import Study, Trial

BRANIN = {"kind": "function", "name": "branin"}
EXTERNAL = {"kind": "external"}


def one(name="x", low=0.0, high=1.0):
    return {"parameters": [{"name": name, "type": "float", "low": low, "high": high}]}


def finished(study, *values, params=None):
    """Give a study complete trials with these values, at evenly spread x."""
    for number, value in enumerate(values):
        Trial.objects.create(
            study=study,
            number=number,
            space=study.space,
            params=params or {"x": number / len(values)},
            state=Trial.State.COMPLETE,
            value=value,
            values=[value],
            finished_revision=number,
        )
    Study.objects.filter(pk=study.pk).update(n_complete=len(values), next_number=len(values))
    return Study.objects.get(pk=study.pk)


def external(direction="maximize", space=None, metrics=("score",), **more):
    body = {
        "objective": EXTERNAL,
        "space": space or one(),
        "metrics": list(metrics),
        "directions": [direction],
    }
    return create_study(body | more, owner=None)[0]


@pytest.fixture
def source(db):
    return finished(external(), 0.1, 0.9, 0.4, 0.2)


def refusal(**body):
    with pytest.raises(StudyError) as error:
        check_study({"objective": EXTERNAL, "space": one(), "metrics": ["score"]} | body)
    return error.value.fields


def test_results_are_copied_turned_for_the_optimizer_and_given_to_it(source):
    study = external(warm_start=[source.pk], optimizer={"name": "tpe"})
    kept = study.earlier.get()
    assert (kept.source, kept.name, kept.total) == (source.pk, source.name, 4)
    assert [row["values"] for row in kept.results] == [[0.1], [0.9], [0.4], [0.2]]
    history = new_optimizer(study).history
    assert [result.value for result in history] == [-0.1, -0.9, -0.4, -0.2]
    assert history[1].value == result_of(source, source.trials.get(number=1)).value
    first = new_optimizer(study).ask(0)
    assert first.params == {"x": 0.25}
    assert first.info["from"] == "an earlier study"


def test_what_becomes_of_the_earlier_study_changes_nothing(source):
    study = external(warm_start=[source.pk], seed=3, optimizer={"name": "tpe"})
    before = [new_optimizer(study).ask(number).params for number in range(4)]
    source.trials.filter(number=1).update(value=-9.0, values=[-9.0])
    delete(source.pk)
    source.trials.all().delete()
    study = Study.objects.get(pk=study.pk)
    assert [new_optimizer(study).ask(number).params for number in range(4)] == before
    assert len(history_of(study)) == 4


def test_results_outside_of_the_ranges_are_left_out_and_an_edit_of_the_space_asks_anew(source):
    plan = check_study(
        {"objective": EXTERNAL, "space": one(high=0.6), "metrics": ["score"], "directions": ["maximize"],
         "warm_start": [source.pk]}
    )  # fmt: skip
    assert [(each.fit, each.total) for each in plan.warm_start] == [(3, 4)]
    study = external(space=one(high=0.6), warm_start=[source.pk])
    assert len(history_of(study)) == 3
    study.space.definition = one(high=0.3)
    study.space.save()
    assert len(history_of(Study.objects.get(pk=study.pk))) == 2


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"directions": ["minimize"]}, "is to maximize score, this one to minimize it"),
        ({"metrics": ["loss"], "directions": ["maximize"]}, "measures score, this one loss"),
        ({"directions": ["maximize"], "space": one("y")}, "searched other parameters: x"),
        ({"directions": ["maximize"], "space": one(low=5.0, high=6.0)}, "lies inside these ranges"),
    ],
)
def test_a_study_that_does_not_match_is_refused_beside_the_field(source, body, words):
    fields = refusal(warm_start=[source.pk], **body)
    assert list(fields) == ["warm_start"]
    assert words in fields["warm_start"][0]


@pytest.mark.parametrize("given", ["12", [None], [True], [1.5], {"id": 1}, [0], [-3], 7, ["x"]])
def test_what_is_no_list_of_ids_is_refused(db, given):
    assert "list of the ids" in refusal(warm_start=given)["warm_start"][0]


def test_missing_deleted_and_empty_studies_are_refused_and_so_are_too_many(source):
    empty, gone = external(), external()
    delete(gone.pk)
    fields = refusal(warm_start=[empty.pk, gone.pk, 999_999], directions=["maximize"])
    assert "has no results yet" in fields["warm_start"][0]
    assert "may have been deleted" in fields["warm_start"][1]
    assert "may have been deleted" in fields["warm_start"][2]
    assert "too many" in refusal(warm_start=list(range(1, 12)))["warm_start"][0]
    assert Study.objects.filter(warm_start=[source.pk]).count() == 0


def test_a_very_long_study_gives_its_best_and_an_even_spread(db, monkeypatch):
    monkeypatch.setattr("trials.engine.warm_start.MOST_RESULTS", 10)
    source = finished(external(), *(float(number % 37) for number in range(100)))
    study = external(warm_start=[source.pk])
    values = sorted((row["values"][0] for row in study.earlier.get().results), reverse=True)
    assert len(values) <= 10
    assert values[:4] == [36.0, 36.0, 35.0, 35.0]
    assert study.earlier.get().total == 100


def test_the_study_as_json_says_it_and_lists_each_once(source):
    study = external(warm_start=[source.pk, source.pk])
    assert study_json(study)["warm_start"] == [source.pk]
    assert study_json(external())["warm_start"] == []


@pytest.mark.parametrize("given", [None, []])
def test_nothing_named_means_nothing_taken_over(db, given):
    assert check_study({"objective": BRANIN, "warm_start": given}).warm_start == ()
