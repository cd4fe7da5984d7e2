"""The pages beside optuna-dashboard's: `python -m benchmarks.dashboards [--sizes 1000 10000]`.

The same trials go to both SQLite files; both are served on this machine and opened in one headless Chromium,
cold, each in a fresh profile. First useful view: the page with the drawn history, plus the page with the
first rows of all trials, each from navigation. `--install` makes the peer's environment under .cache/peers.
"""

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import tempfile
import threading
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, Error, sync_playwright

from benchmarks.optimizers.contestants import PEERS_HOME
from benchmarks.pages import Web, prepare, sign_in
from tests import chromium

PEER = PEERS_HOME / "optuna-dashboard"
VERSION = "optuna-dashboard==0.21.*"
VIEWERS, SECONDS = 20, 10
HISTORY = ".js-plotly-plot .scatterlayer .trace, .js-plotly-plot .gl-canvas"


@dataclass(frozen=True)
class View:
    """Seconds to the history and to the rows (None: not in time), bytes of data received for the history."""

    history: float | None
    rows: float | None
    data: int

    @property
    def seconds(self) -> float | None:
        return None if self.history is None or self.rows is None else self.history + self.rows


def install() -> None:
    venv.create(PEER, with_pip=True)
    subprocess.run([str(PEER / "bin/python"), "-m", "pip", "install", "--quiet", VERSION], check=True)


def fill_peer(study: Any, file: Path) -> None:
    from benchmarks.page_studies import SPACE

    script = Path(__file__).with_name("dashboards_peer.py")
    lines = [json.dumps(SPACE["parameters"])]
    for params, state, value in study.trials.order_by("number").values_list("params", "state", "value"):
        lines.append(json.dumps({"params": params, "state": state, "value": value}))
    command = [str(PEER / "bin/python"), str(script), f"sqlite:///{file}"]
    subprocess.run(command, input="\n".join(lines), text=True, check=True, stderr=subprocess.DEVNULL)


@contextmanager
def peer_server(file: Path) -> Iterator[tuple[int, psutil.Process]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(PEER / "bin/optuna-dashboard"), "--quiet", "--port", str(port), f"sqlite:///{file}"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait(20)


def memory(process: psutil.Process) -> int:
    """Bytes of the process of this server that holds most."""
    return max(one.memory_info().rss for one in [process, *process.children(recursive=True)])


def view(
    browser: Browser, port: int, cookie: str, history: str, rows: tuple[str, str], timeout: float
) -> View:
    """Open both pages cold; the cookie is `name=value` or empty, rows are an address and a selector."""
    data = [0]

    def open_page(path: str, selector: str, count: bool) -> float | None:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        try:
            if cookie:
                name, value = cookie.split("=", 1)
                context.add_cookies([{"name": name, "value": value, "url": f"http://127.0.0.1:{port}"}])
            page, finished = context.new_page(), []
            page.on("requestfinished", lambda request: finished.append(request))
            begun = time.perf_counter()
            try:
                page.goto(f"http://127.0.0.1:{port}{path}", timeout=1000 * timeout, wait_until="commit")
                left = timeout - (time.perf_counter() - begun)
                page.wait_for_selector(selector, state="attached", timeout=1000 * max(left, 0.001))
            except Error:
                return None
            taken = time.perf_counter() - begun
            if count:
                asked = [one for one in finished if ".json" in one.url or "/api/studies/" in one.url]
                data[0] = sum(one.sizes()["responseBodySize"] for one in asked)
            return taken
        finally:
            context.close()

    return View(open_page(history, HISTORY, True), open_page(*rows, False), data[0])


def download(port: int, path: str, cookie: str, process: psutil.Process) -> tuple[float, int, int]:
    """Return the seconds of a whole file, its bytes, and by how much the server's memory grew at its peak."""
    before = peak = memory(process)
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.01):
            peak = max(peak, memory(process))

    watcher = threading.Thread(target=watch)
    watcher.start()
    connection, begun = http.client.HTTPConnection("127.0.0.1", port, timeout=150), time.perf_counter()
    try:
        connection.request("GET", path, headers={"Cookie": cookie})
        size = len(connection.getresponse().read())
        return time.perf_counter() - begun, size, peak - before
    finally:
        done.set()
        watcher.join()
        connection.close()


def viewers(port: int, cookie: str, pk: int) -> list[float]:
    """Milliseconds of every request of 20 viewers who load the study page and its chart over and over."""
    times: list[float] = []
    until = time.monotonic() + SECONDS

    def look() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.monotonic() < until:
            for path in (f"/studies/{pk}/", f"/studies/{pk}/charts/convergence.json"):
                begun = time.perf_counter()
                connection.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 200, (path, answer.status)
                times.append(1000 * (time.perf_counter() - begun))
        connection.close()

    threads = [threading.Thread(target=look) for _ in range(VIEWERS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return times


def line(name: str, ours: float | None, theirs: float | None, unit: str, timeout: float) -> None:
    def show(value: float | None) -> str:
        return f"not in {timeout:.0f} s" if value is None else f"{value:,.2f} {unit}"

    ratio = f"{theirs / ours:.1f}x" if ours and theirs else "-"
    if ours and theirs is None:
        ratio = f"> {timeout / ours:.0f}x"
    print(f"  {name:34} {show(ours):>16} {show(theirs):>16} {ratio:>9}", flush=True)


def compare(browser: Browser, web: Web, cookie: str, study: Any, file: Path, options: Any) -> None:
    """Print the table of one size; with the CSV when it is the largest."""
    pk, size = study.pk, study.next_number
    server, limit = psutil.Process(web.process.pid), options.timeout
    ours = view(
        browser,
        web.connection.port,
        cookie,
        f"/studies/{pk}/",
        (f"/studies/{pk}/trials/", "table.all-trials tbody tr"),
        limit,
    )
    our_memory = memory(server)
    with peer_server(file) as (port, process):
        base = "/dashboard/studies/1"
        theirs = view(browser, port, "", base, (f"{base}/trials", r"text=/^Trial \d+$/"), limit)
        their_memory = memory(process)
        print(f"{size:,} trials {'':26} {'ours':>16} {'optuna-dashboard':>16} {'ratio':>9}")
        line("history drawn", ours.history, theirs.history, "s", limit)
        line("trial table (theirs: list) shown", ours.rows, theirs.rows, "s", limit)
        line("both", ours.seconds, theirs.seconds, "s", limit)
        line("data for the history", ours.data / 1e3, theirs.data / 1e3, "KB", limit)
        line("server memory", our_memory / 1e6, their_memory / 1e6, "MB", limit)
    if size != max(options.sizes):
        return
    mine = download(web.connection.port, f"/studies/{pk}/trials.csv", cookie, server)
    with peer_server(file) as (port, process):
        other = download(port, "/csv/1", "", process)
    line("CSV", mine[0], other[0], "s", limit)
    line("CSV, size", mine[1] / 1e6, other[1] / 1e6, "MB", limit)
    line("CSV, growth of memory", mine[2] / 1e6, other[2] / 1e6, "MB", limit)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--timeout", type=float, default=45, help="seconds a page may take")
    parser.add_argument("--install", action="store_true", help="make optuna-dashboard's environment")
    options = parser.parse_args()
    if options.install:
        install()
    if not (PEER / "bin/optuna-dashboard").exists():
        parser.error(f"optuna-dashboard is not in {PEER}: add --install")
    # Playwright runs a loop in this thread; the models are used between its calls only.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with tempfile.TemporaryDirectory(prefix="hpo-bench-") as home:
        environment, _ = prepare(home, "sqlite")
        from benchmarks.page_studies import build

        studies, files = [], []
        for size in options.sizes:
            studies.append(build(size))
            files.append(Path(home, f"optuna-{size}.sqlite3"))
            fill_peer(studies[-1], files[-1])
        cookie = sign_in()
        web = Web(environment, cookie)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=chromium.require(), args=list(chromium.FLAGS)
                )
                for study, file in zip(studies, files, strict=True):
                    compare(browser, web, cookie, study, file, options)
                browser.close()
            study = studies[-1]
            times = viewers(web.connection.port, cookie, study.pk)
            cuts = statistics.quantiles(times, n=20)
            print(
                f"  {VIEWERS} viewers, {SECONDS} s: {len(times)} requests, "
                f"p50 {cuts[9]:.0f} ms, p95 {cuts[18]:.0f} ms"
            )
        finally:
            web.stop()


if __name__ == "__main__":
    main()
