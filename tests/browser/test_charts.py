"""Every chart in a real browser, light and dark, on a phone and on a desk: drawn, quiet and accessible."""

import math
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import serious_findings
from trials.engine import insights, surrogate_views
from trials.engine.creation import create_study
from trials.models import Report, Study, Trial
from trials.models.access import owner

SPACE = {
    "parameters": [
        {"name": "kernel", "type": "categorical", "choices": ["linear and dull", "rbf"], "default": "rbf"},
        {"name": "C", "type": "float", "low": 0.001, "high": 1000, "log": True, "default": 1.0},
        {"name": "gamma", "type": "float", "low": 0.001, "high": 1, "log": True, "when": {"kernel": ["rbf"]}},
        {"name": "depth", "type": "integer", "low": 1, "high": 12},
    ]
}
WIDTHS = (390, 1440)
EMPTY = """[...document.querySelectorAll('[data-chart][data-state="empty"]')].map(
  (each) => /charts\\/(\\w+)/.exec(each.dataset.chart)[1])"""
#: Where an axis's title lies over its labels, either is cut off, or cells' numbers lie over each other.
OVERLAPS = """[...document.querySelectorAll(".js-plotly-plot")].flatMap((plot) => {
  const boxes = (what) => [...plot.querySelectorAll(what)].map((each) => each.getBoundingClientRect());
  const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  const cells = boxes(".heatmap-label text");
  const crowded = cells.some((a) => cells.some((b) => a !== b && over(a, b)));
  const ticks = boxes(".xtick text, .ytick text");
  const edge = plot.getBoundingClientRect().left - 1;
  const hidden = boxes(".xtitle, .ytitle").some((a) => ticks.some((b) => over(a, b)) || a.left < edge)
    || ticks.some((a) => a.left < edge);
  return crowded || hidden ? [/charts\\/(\\w+)/.exec(plot.dataset.chart)[1]] : [];
})"""
#: Charts that may have nothing to show of this study: what works together is for the surrogate to say.
MAY_BE_EMPTY = {"interactions", "importance"}


@pytest.fixture
def study(transactional_db: None) -> Study:
    """An ended study of 30 trials with something of everything, and what a worker stores of it."""
    study, _ = create_study(
        {"name": "Everything", "objective": {"kind": "external"}, "space": SPACE, "metrics": ["loss"],
         "directions": ["minimize"], "budget": {"trials": 30}, "seed": 1}, owner=None,
    )  # fmt: skip
    study.trials.all().delete()
    made = [Trial(study=study, space=study.space, **_trial(study, number)) for number in range(30)]
    trials = Trial.objects.bulk_create(made)
    reports = [Report(trial=trial, step=step, value=2 / step) for trial in trials[:8] for step in range(1, 6)]
    Report.objects.bulk_create(reports)
    states = [_state(number) for number in range(30)]
    counts = {f"n_{state}": states.count(state) for state in ("complete", "failed", "pruned")}
    best = study.trials.ranked(study).first()
    assert best is not None
    study.change(**counts, n_queued=0, next_number=30, state="completed", best=best, best_value=best.value,
                 baseline_value=2.0, ended=study.created)  # fmt: skip
    insights.update(study.pk)
    while surrogate_views.update(study.pk):
        pass
    return study


def _state(number: int) -> str:
    return "failed" if number % 9 == 4 else "pruned" if number % 9 == 7 else "complete"


def _trial(study: Study, number: int) -> dict[str, Any]:
    params: dict[str, Any] = {
        "kernel": "linear and dull",
        "C": 10.0 ** ((number * 7 % 30) / 5 - 3),
        "depth": 1 + number % 12,
    }
    if number % 3:
        params |= {"kernel": "rbf", "gamma": 10.0 ** (-3 + (number * 11 % 30) / 10)}
    begun = study.created + timedelta(seconds=number)
    state = _state(number)
    failed = {"kind": "exception", "message": "It broke at 7", "exception": "ValueError", "traceback": "x"}
    value = 1 + abs(math.log10(params["C"])) / 3 + params.get("gamma", 1.0)
    return {
        "number": number, "state": state, "params": params, "worker": f"box {number % 2}",
        "seconds": 0.5 + number % 4,
        "value": None if state == "failed" else value, "error": failed if state == "failed" else None,
        "info": {"mode": "explore", "predicted_mean": value + 0.1, "predicted_std": 0.2},
        "lost": int(number == 5),
        "started_at": begun, "completed_at": begun + timedelta(seconds=2), "finished_revision": number + 1,
        "metrics": dict.fromkeys(("accuracy", "f1", "recall", "precision"), 1 / value),
    }  # fmt: skip


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[Callable[[str, int], tuple[Page, list[str]]]]:
    """Open an address at a width, signed in; also give what the page complains about."""
    contexts = []

    def opened(path: str, width: int) -> tuple[Page, list[str]]:
        context = browser.new_context(viewport={"width": width, "height": 9000}, reduced_motion="reduce")
        context.set_default_timeout(60_000)
        contexts.append(context)
        client = Client()
        client.force_login(owner())
        context.add_cookies(
            [
                {"name": name, "value": each.value, "url": live_server.url}
                for name, each in client.cookies.items()
            ]
        )
        page, problems = context.new_page(), []
        page.on("console", lambda message: message.type == "error" and problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(live_server.url + path)
        return page, problems

    yield opened
    for context in contexts:
        context.close()


def drawn(page: Page) -> set[str]:
    """Wait until no chart is on its way, and name those that had nothing to draw."""
    expect(page.locator('[data-chart]:not([data-state="ready"], [data-state="empty"])')).to_have_count(
        0, timeout=60_000
    )
    return set(page.evaluate(EMPTY))


@pytest.mark.browser
def test_every_chart_is_drawn_on_every_screen_and_marks_are_shared(
    open_page: Callable[[str, int], tuple[Page, list[str]]], study: Study
) -> None:
    """One test, because preparing the study takes longer than looking at it."""
    for width in WIDTHS:
        for name in ("study-mind", "study-analysis"):
            page, problems = open_page(reverse(name, args=[study.pk]) + "?ranks.x=C&ranks.y=kernel", width)
            look_at(page, f"{name}, {width} px")
            assert page.evaluate("document.documentElement.scrollWidth") == width
            assert page.evaluate(OVERLAPS) == []
            assert problems == []
    mark_by_a_box(page)
    choose_a_parameter(page)
    page.get_by_role("link", name="Show in the table").click()
    expect(page.locator("#ticks")).to_contain_text("ticked")
    expect(page.locator("#configurations path.is-marked").first).to_be_attached()
    page.get_by_role("link", name="Optimizer’s mind").click()
    replay_by_keyboard(page)
    assert problems == []


def look_at(page: Page, where: str) -> None:
    """In both themes all charts are drawn and nothing stands in the way of anybody."""
    for theme in ("light", "dark"):
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        assert drawn(page) <= MAY_BE_EMPTY, "the study has something of everything"
        assert serious_findings(page) == [], f"{where}, {theme}"


def mark_by_a_box(page: Page) -> None:
    """A box around everything in the slice marks its trials in all charts."""
    surface = page.locator("#chart-slice .nsewdrag").first.bounding_box()
    assert surface is not None
    page.mouse.move(surface["x"] + 2, surface["y"] + 2)
    page.mouse.down()
    page.mouse.move(surface["x"] + surface["width"] - 2, surface["y"] + surface["height"] - 2, steps=4)
    page.mouse.up()
    expect(page.locator("#marked")).to_contain_text("trials marked")
    expect(page).to_have_url(re.compile("ticked="))
    rings = "(id) => document.querySelector(id).data.some((trace) => trace.marker?.symbol === 'circle-open')"
    for chart in ("slice", "ranks", "durations"):
        assert page.evaluate(rings, f"#chart-{chart} .chart"), chart


def choose_a_parameter(page: Page) -> None:
    page.get_by_label("Slice: Parameter").select_option("gamma")
    expect(page.locator("#chart-slice .xtitle")).to_have_text("gamma (log)")
    assert "slice.over=gamma" in page.url


def replay_by_keyboard(page: Page) -> None:
    slider = page.get_by_role("slider", name="Moment of the search")
    expect(slider).to_have_attribute("aria-valuetext", "now")
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator("#mind-reason")).to_contain_text("Why trial")
    assert "before=" in page.url
    expect(slider).to_be_focused()
    page.get_by_role("link", name="back to now").click()
    expect(page.locator("#mind-reason")).to_contain_text("What it believes now")
    assert "before=" not in page.url
