"""How long bad input takes to be answered: `python -m benchmarks.refusals`.

Every bad upload and every bad form of the tests is sent to the pages, in this process and on a database of
its own, and files as large as are taken. Each must be refused and nothing may be stored. Processor time,
warm, with that of the processes that read files.
"""

import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.pages import prepare

Answer = tuple[float, str]


def bad_uploads(browser: Any) -> Iterator[Answer]:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.trials.tables import BAD_FILES

    huge = {
        "five million columns": b",".join([b"a"] * 5_000_000) + b"\n" + b"1,2\n" * 20,
        "95 MB in 24 million rows": b"a,b\n" + b"1,0\n" * 24_000_000,
        "95 MB, the last quotation cut off": b"a,b,c,d,e,f,g,h,y\n"
        + (b"0.123456789," * 8 + b"0\n") * 970_000
        + b'2,"1',
        "95 MB, the last line cut off": b"a,b,c,d,e,f,g,h,y\n"
        + (b"0.123456789," * 8 + b"0\n") * 970_000
        + b"2",
        "95 MB in one cell": b'a,b\n1,"' + b"x" * 95_000_000 + b'"\n',
    }
    for name, content in {**{name: content for name, (content, _) in BAD_FILES.items()}, **huge}.items():
        file = SimpleUploadedFile("bad.csv", content)
        yield timed(name, partial(browser.post, "/datasets/upload/", {"file": file}))


def bad_forms(browser: Any) -> Iterator[Answer]:
    from tests.trials.views.filled_form import FOREST, URL, form_of
    from tests.trials.views.test_bad_forms import BAD

    for change, _, words in BAD:
        typed = form_of(FOREST) | change
        yield timed(words, partial(browser.post, URL, typed))


def timed(name: str, ask: Callable[[], Any]) -> Answer:
    begun = sum(os.times()[:4])
    answer = ask()
    taken = sum(os.times()[:4]) - begun
    assert answer.status_code == 422, (name, answer.status_code)
    return taken, name


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="hpo-bench-") as home:
        prepare(home, "sqlite")
        from django.test import Client

        from trials.models import Dataset, Study
        from trials.models.access import owner

        browser = Client(headers={"host": "localhost"})
        browser.force_login(owner(), "hpo_dashboard.signed_in.People")
        next(bad_uploads(browser)), next(bad_forms(browser))
        for kind in (bad_uploads, bad_forms):
            answers = sorted(kind(browser), reverse=True)
            taken = [seconds for seconds, _ in answers]
            title = kind.__name__.replace("_", " ")
            print(f"{len(answers)} {title}: median {statistics.median(taken):.2f} s, the slowest:")
            for seconds, name in answers[:5]:
                print(f"  {seconds:6.2f} s  {name}")
        kept = Dataset.objects.count() + Study.objects.count()
        kept += sum(path.is_file() for path in (Path(home) / "uploads").rglob("*"))
        print(f"stored: {kept}")


if __name__ == "__main__":
    main()
