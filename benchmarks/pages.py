"""What pages cost with many trials: `python -m benchmarks.pages [--database postgres] [--trials 10000]`.

Studies of ten parameters are inserted in bulk through the models, then served by gunicorn as `up` starts it,
in one process. For each page: wall time and processor time of the server per request, and bytes. An idle
poll is what a page that watches an unchanged study asks for. What the table's pages cost inside the database
alone is measured by benchmarks.table. docs/benchmarks.md compares with optuna-dashboard.
"""

import argparse
import gzip
import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[1]
FILTERED = "sort=-value&state=complete&param:C.min=0.01&param:C.max=100"
PAGES = {
    "overview": "/studies/{pk}/",
    "overview, update": "/studies/{pk}/live/?tab=overview",
    "table, newest first": "/studies/{pk}/trials/",
    "table, sorted and filtered": "/studies/{pk}/trials/?" + FILTERED,
    "convergence, data": "/studies/{pk}/charts/convergence.json",
    "parallel coordinates, data": "/studies/{pk}/charts/parallel.json",
    "analysis": "/studies/{pk}/analysis/",
    "slice, data": "/studies/{pk}/charts/slice.json?over=C",
    "ranks, data": "/studies/{pk}/charts/ranks.json?x=C&y=gamma",
    "convergence by compute, data": "/studies/{pk}/charts/progress.json?by=compute",
}
POLLS = 200
#: On the home page.
STUDIES = 200


class Web:
    """The web process alone, and a keep-alive connection of a signed-in browser."""

    def __init__(self, environment: dict[str, str], cookie: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            "python:hpo_dashboard.gunicorn",
            "hpo_dashboard.wsgi",
        ]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment | {"PORT": str(port)})
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.headers = {"Cookie": cookie, "Accept-Encoding": "gzip"}
        for _ in range(200):
            try:
                self.get("/sign-in/")
                break
            except (OSError, http.client.HTTPException):
                self.connection.close()
                time.sleep(0.1)

    def get(self, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Ask as a browser does, for a compressed body."""
        self.connection.request("GET", path, headers=self.headers | headers)
        answer = self.connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def cpu(self) -> float:
        """Processor seconds of gunicorn and its worker so far."""
        parent = psutil.Process(self.process.pid)
        return sum(sum(one.cpu_times()[:2]) for one in [parent, *parent.children()])

    def memory(self) -> int:
        """Bytes of gunicorn's worker, which answers."""
        return max(one.memory_info().rss for one in psutil.Process(self.process.pid).children())

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


@contextmanager
def cpu_of(web: Web) -> Iterator[list[float]]:
    spent: list[float] = []
    before = web.cpu()
    yield spent
    spent.append(web.cpu() - before)


def measure_pages(web: Web, pk: int) -> None:
    for name, path in PAGES.items():
        web.get(path.format(pk=pk))  # warm
        times, body = [], b""
        with cpu_of(web) as spent:
            for _ in range(10):
                begun = time.perf_counter()
                status, _, body = web.get(path.format(pk=pk))
                times.append(time.perf_counter() - begun)
                assert status == 200, (path, status)
        wall, busy = 1000 * statistics.median(times), 100 * spent[0]
        whole = len(gzip.decompress(body)) if body[:2] == b"\x1f\x8b" else len(body)
        size = f"{len(body) / 1000:7.1f} KB sent, {whole / 1000:.1f} KB inflated"
        print(f"  {name:28} {wall:7.1f} ms wall  {busy:7.1f} ms processor  {size}")


def measure_polls(web: Web, pk: int) -> None:
    """A paused study is watched, and nothing changes; an ended one is not even asked about."""
    from trials.models import Study

    Study.objects.filter(pk=pk).update(state=Study.State.PAUSED)
    _poll(web, "idle poll", f"/studies/{pk}/live/?tab=overview")


def measure_home(web: Web) -> None:
    """The home page of many studies is watched while workers are up and nothing changes."""
    from benchmarks.page_studies import build
    from trials.models import Study

    while (number := Study.objects.count()) < STUDIES:
        build(5, seed=number)
    print(f"{STUDIES} studies")
    _poll(web, "idle poll of the home page", "/live/")


def _poll(web: Web, name: str, path: str) -> None:
    """Print the median of five rounds."""
    web.connection.close()  # gunicorn may have closed its end meanwhile
    etag = _settled(web, path)
    each, size = [], 0
    for _ in range(5):
        with cpu_of(web) as spent:
            for _ in range(POLLS):
                status, _, body = web.get(path, **{"If-None-Match": etag})
                size = len(body)
                assert status == 304, status
        each.append(1000 * spent[0] / POLLS)
    print(f"  {name:28} {'':18} {statistics.median(each):7.2f} ms processor  {size:7} bytes")


def _settled(web: Web, path: str) -> str:
    """The ETag once the page has noticed what is down here: no broker and no worker runs beside it."""
    etag = ""
    for _ in range(50):
        status, headers, _ = web.get(path, **{"If-None-Match": etag})
        if status == 304:
            time.sleep(0.2)
            if web.get(path, **{"If-None-Match": etag})[0] == 304:
                return etag
        etag = headers["ETag"]
    raise AssertionError(f"{path} never stops to change")


def measure_downloads(web: Web, pk: int) -> None:
    """What whole files cost, read as they come; memory is how far the server's grows meanwhile."""
    for name, query in (("CSV, all", ""), ("CSV, filtered", "?" + FILTERED), ("JSON, all", "json")):
        path = f"/studies/{pk}/trials.json" if query == "json" else f"/studies/{pk}/trials.csv{query}"
        size, before, begun = 0, web.memory(), time.perf_counter()
        peak = before
        with cpu_of(web) as spent:
            web.connection.request("GET", path, headers=web.headers)
            answer = web.connection.getresponse()
            while piece := answer.read(1 << 16):
                size, peak = size + len(piece), max(peak, web.memory())
        wall = time.perf_counter() - begun
        seconds = f"{wall:7.2f} s wall  {spent[0]:9.2f} s processor"
        print(f"  {name:28} {seconds}  {size / 1e6:7.2f} MB sent, {(peak - before) / 1e6:.1f} MB of memory")


def prepare(home: str, database: str) -> tuple[dict[str, str], Any]:
    """Point this process and its children at an empty database; the second is its server, if it has one."""
    os.environ |= {"HPO_HOME": home, "DJANGO_SETTINGS_MODULE": "hpo_dashboard.settings"}
    server = None
    if database == "postgres":
        from tests.postgres import Postgres

        server = Postgres()
        os.environ["DATABASE_URL"] = server.create_database()
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    return dict(os.environ), server


def sign_in() -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from hpo_dashboard.signed_in import SessionStore
    from trials.models.access import owner

    session, user = SessionStore(), owner()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"hpo_session={session.session_key}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--trials", type=int, nargs="+", default=[10_000, 100_000])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hpo-bench-") as home:
        environment, server = prepare(home, options.database)
        from benchmarks.page_studies import build

        web = Web(environment, sign_in())
        try:
            for trials in options.trials:
                study = build(trials)
                web.connection.close()  # gunicorn has closed its end meanwhile
                if server is not None:
                    from django.db import connection

                    connection.cursor().execute("VACUUM ANALYZE")
                print(f"{trials:,} trials, {options.database}")
                measure_pages(web, study.pk)
                measure_polls(web, study.pk)
                measure_downloads(web, study.pk)
            measure_home(web)
        finally:
            web.stop()
            if server is not None:
                server.stop()


if __name__ == "__main__":
    main()
