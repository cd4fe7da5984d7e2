"""How busy the workers are in the main job: `python -m benchmarks.main_job`.

A real Chromium fills the form (random forest on breast_cancer, 50 trials, 3 folds, two at a time), presses
Start, keeps the page open until the study is done and exports the CSV. Busy = training seconds / slot
seconds between the first and the last moment at which both slots were full.
"""

import argparse
import itertools
import tempfile
from pathlib import Path

import pandas
from playwright.sync_api import expect, sync_playwright

from tests import chromium
from tests.app import App
from tests.browser.test_main_job import export, start_forest

SLOTS = 2


def busy(rows: pandas.DataFrame) -> tuple[float, float]:
    """(share of busy slot seconds, seconds of the window) between the first and the last full wave."""
    starts, ends = pandas.to_datetime(rows["datetime_start"]), pandas.to_datetime(rows["datetime_complete"])
    trained = [
        (end - pandas.Timedelta(seconds=float(seconds)), end)
        for end, seconds in zip(ends, rows["seconds"], strict=True)
    ]
    changes = sorted([(time, 1) for time in starts] + [(time, -1) for time in ends])
    running, full = 0, []
    for (time, change), (following, _) in itertools.pairwise(changes):
        running += change
        if running >= SLOTS:
            full += [time, following]
    first, last = min(full), max(full)
    inside = [(min(end, last) - max(start, first)).total_seconds() for start, end in trained]
    window = (last - first).total_seconds()
    return sum(max(0.0, seconds) for seconds in inside) / (SLOTS * window), window


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=50)
    parser.add_argument("--trees", default="500", help="upper end of n_estimators")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hpo-bench-") as folder, sync_playwright() as playwright:
        app = App(Path(folder) / "home", WORKERS=str(SLOTS))
        app.start()
        try:
            browser = playwright.chromium.launch(
                executable_path=chromium.require(), args=list(chromium.FLAGS)
            )
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(app.sign_in_link)
            start_forest(page, trials=options.trials, folds=3, trees=options.trees)
            expect(page.get_by_text("Completed", exact=True).first).to_be_visible(timeout=1_200_000)
            rows = pandas.DataFrame(export(page))
            browser.close()
        finally:
            app.close()
    share, window = busy(rows)
    print(f"{len(rows)} trials in the CSV, {SLOTS} slots, window {window:.1f} s, busy {share:.1%}")


if __name__ == "__main__":
    main()
