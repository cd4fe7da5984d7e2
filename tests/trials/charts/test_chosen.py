"""Which trials charts draw of a long study: all best and failed ones, and an even spread, always the same."""

from collections.abc import Callable

import pytest

from trials.charts import chosen as choosing
from trials.charts.chosen import Chosen, chosen, improved
from trials.models import Study, Trial

from .made import dot


@pytest.fixture
def study(make_study: Callable[..., Study]) -> Study:
    """2,400 trials: value falls with the distance from 1,717, every 40th one failed."""
    made = make_study()
    made.trials.all().delete()
    rows = [
        Trial(
            study=made, space=made.space, number=number, params={"x": number},
            state="failed" if number % 40 == 7 else "complete",
            value=None if number % 40 == 7 else abs(number - 1717) + (number % 13) * 90,
        )
        for number in range(2400)
    ]  # fmt: skip
    Trial.objects.bulk_create(rows)
    counts = {state: sum(row.state == state for row in rows) for state in ("complete", "failed")}
    Study.objects.filter(pk=made.pk).update(
        next_number=2400, n_complete=counts["complete"], n_failed=counts["failed"], revision=made.revision + 1
    )
    made.refresh_from_db()
    return made


def test_the_best_the_failed_and_an_even_spread_are_kept(study: Study) -> None:
    found = chosen(study)
    numbers = {each.number for each in found.dots}
    ranked = list(study.trials.ranked(study).values_list("number", flat=True))
    assert set(ranked[: choosing.BEST]) <= numbers
    assert {number for number in range(2400) if number % 40 == 7} <= numbers
    assert {number for number in range(2400) if number % found.every == 0} <= numbers
    assert 600 < len(numbers) < choosing.ALL
    assert "all best and failed ones kept" in found.words()
    assert found.words().startswith(f"{len(numbers):,} of 2,400 drawn")


def test_every_improvement_is_found(study: Study) -> None:
    best, expected = None, []
    for key, value in study.trials.filter(state="complete").order_by("number").values_list("pk", "value"):
        if best is None or value < best:
            best = value
            expected.append(key)
    assert improved(study) == expected[::-1][: choosing.BEST]


def test_improvements_of_a_maximised_study_go_up(study: Study) -> None:
    Study.objects.filter(pk=study.pk).update(directions=["maximize"])
    study.refresh_from_db()
    numbers = study.trials.filter(pk__in=improved(study)).order_by("number")
    values = list(numbers.values_list("value", flat=True))
    assert values == sorted(values)
    assert values[-1] == max(study.trials.filter(state="complete").values_list("value", flat=True))


def test_charts_of_one_state_choose_once(
    study: Study, django_assert_num_queries: Callable[..., object]
) -> None:
    first = chosen(study)
    with django_assert_num_queries(1):
        assert chosen(study) == first
    study.change(name="another")
    Trial.objects.filter(study=study, number=5).update(value=-1.0)
    assert 5 in {each.number for each in chosen(study).dots}


def test_the_even_sample_leaves_out_what_was_kept_on_purpose() -> None:
    picked = Chosen([dot(number, 1.0) for number in (0, 3, 4, 8)], 9, 0, every=4)
    assert [each.number for each in picked.even] == [0, 4, 8]


def test_of_too_many_failures_a_part_is_kept_and_said() -> None:
    dots = [dot(0, 1.0), dot(1, None, "failed")]
    assert "all best and 1 failed ones kept" in Chosen(dots, 50, failed=9).words()
    assert Chosen(dots, 2, failed=1).words() == ""
