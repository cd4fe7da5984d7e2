"""A downloaded report opened as a file, without a network: every chart draws and can be saved."""

from pathlib import Path

from django.test import Client
from playwright.sync_api import Page

from trials.engine.advance import advance
from trials.engine.creation import create_study
from trials.engine.finish import Verdict, record
from trials.models import Study, Trial
from trials.models.access import owner

STATES = "[...document.querySelectorAll('[data-chart], [data-parallel]')].map((each) => each.dataset.state)"


def test_a_report_is_alive_without_a_network(
    transactional_db: None, client: Client, browser_page: Page, tmp_path: Path
):
    study, _ = create_study(
        {
            "objective": {"kind": "function", "name": "noop"},
            "optimizer": {"name": "random"},
            "budget": {"trials": 8},
            "parallelism": 8,
            "seed": 1,
        },
        owner=None,
    )
    advance(study.pk)
    for trial in study.trials.waiting():
        with Study.locked(study.pk) as locked:
            assert trial.claim(locked, "token", "tester", 15.0)
        record(
            trial,
            "token",
            Verdict(Trial.State.COMPLETE, (1 / (1 + (trial.number or 0)),), extra={"seconds": 1.0}),
        )
    client.force_login(owner())
    file = tmp_path / "report.html"
    answer = client.get(f"/studies/{study.pk}/report/?download")
    assert (answer.status_code, Study.objects.get().n_complete) == (200, 8)
    file.write_bytes(answer.content)

    asked: list[str] = []
    browser_page.context.set_offline(True)
    browser_page.on("request", lambda request: asked.append(request.url))
    browser_page.goto(file.as_uri())
    browser_page.wait_for_function(f"{STATES}.every((state) => state === 'ready')")
    assert len(browser_page.evaluate(STATES)) >= 3
    assert [url for url in asked if not url.startswith(("data:", "blob:"))] == [file.as_uri()]
    browser_page.locator("[data-chart='#convergence'] .modebar-btn").first.wait_for(state="attached")
    with browser_page.expect_download() as saved:
        browser_page.locator("[data-chart='#convergence'] .modebar-btn").nth(1).click()
    assert saved.value.suggested_filename == "convergence.svg"
    assert Path(saved.value.path()).read_text().startswith("<svg")
