"""Studies ticked, compared and told apart in a real browser: by keyboard, on every screen, in both themes."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.accessibility import serious_findings
from tests.browser.test_charts import WIDTHS, drawn
from tests.browser.test_charts import open_page as open_page
from trials.engine import groups
from trials.engine.creation import create_study
from trials.models import Study, StudyGroup, Trial

Open = Callable[[str, int], tuple[Page, list[str]]]
SPACE = {"parameters": [{"name": "x", "type": "float", "low": 0, "high": 1}]}


@pytest.fixture
def group(transactional_db: None) -> StudyGroup:
    """Three optimizers at three seeds, all over, and a study of another metric."""
    body = {"objective": {"kind": "external"}, "space": SPACE, "metrics": ["loss"], "budget": {"trials": 6}}
    given = {"study": {"name": "Net", **body}, "optimizers": ["random", "sobol", "gp"], "seeds": [1, 2, 3]}
    made, _ = groups.create_group(given, None)
    other, _ = create_study(
        {**body, "name": "Upwards", "metrics": ["accuracy"], "directions": ["maximize"]}, owner=None
    )
    for study in [*made.studies.all(), other]:
        _end(study, ("random", "sobol", "gp").index(study.optimizer["name"]) if study.group_id else 0)
    return made


def _end(study: Study, ahead: int) -> None:
    trials = [
        Trial(
            study=study, space=study.space, number=number, state="complete", params={"x": number / 6},
            value=2 + study.seed / 10 - ahead / 5 - number / 4, seconds=1.0 + ahead,
            finished_revision=number + 1,
            completed_at=study.created + timedelta(seconds=number + 1),
        )
        for number in range(6)
    ]  # fmt: skip
    best = Trial.objects.bulk_create(trials)[0 if study.maximize else -1]
    study.change(state="completed", n_complete=6, n_queued=0, next_number=6, best=best, best_value=best.value,
                 train_seconds=6.0 * (1 + ahead), ended=study.created)  # fmt: skip


@pytest.mark.browser
def test_from_ticked_studies_to_what_differs_between_them(open_page: Open, group: StudyGroup) -> None:
    page, problems = open_page(f"/?group={group.pk}", 1440)
    boxes = page.get_by_role("checkbox", name=re.compile("^Compare Net"))
    boxes.nth(0).focus()
    page.keyboard.press("Space")
    boxes.nth(1).check()
    page.get_by_role("button", name="Compare 2").click()
    expect(page).to_have_url(re.compile(r"/compare/\?studies="))
    drawn(page)
    page.get_by_role("link", name="Training time").click()
    expect(page).to_have_url(re.compile("by=compute"))
    expect(page.locator(".xtitle")).to_contain_text("Training time spent")
    page.get_by_role("link", name="Differences only").click()
    expect(page.locator("#settings tbody tr")).to_have_count(1)
    page.get_by_role("checkbox", name=re.compile("Upwards")).check()
    page.get_by_role("button", name="Add the ticked ones").click()
    expect(page.locator("section.panel")).to_have_count(2)
    expect(page.get_by_text("They are drawn and ranked apart")).to_be_visible()
    page.get_by_role("link", name="Leave Upwards out").click()
    expect(page.locator("section.panel")).to_have_count(1)
    assert problems == []


@pytest.mark.browser
def test_a_group_on_every_screen(open_page: Open, group: StudyGroup) -> None:
    source = group.studies.first()
    assert source is not None
    Study.objects.filter(pk=source.pk).update(objective={"kind": "function", "name": "branin"})
    for width in WIDTHS:
        for address in (
            f"{reverse('compare')}?group={group.pk}",
            "/compare/",
            f"/studies/{source.pk}/repeat/",
            "/",
        ):
            page, problems = open_page(address, width)
            for theme in ("light", "dark"):
                page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
                drawn(page)
                assert serious_findings(page) == [], f"{address}, {width} px, {theme}"
            assert page.evaluate("document.documentElement.scrollWidth") == width, address
            assert problems == []
            page.context.close()
