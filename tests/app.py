"""The whole application as real processes, for tests: `manage.py up` on a home and a port of its own."""

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from functools import partial
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import psutil

from hpo_dashboard import broker, instance
from hpo_dashboard.tether import LINUX, die_with

ROOT = Path(__file__).resolve().parents[1]
#: Marks every process of one app; children inherit it.
MARK = "HPO_TEST_APP"
#: Generous: a loaded machine is no failure.
START_SECONDS = 90.0
GONE_SECONDS = 10.0
QUIET = ("DATABASE_URL", "REDIS_URL", "DISPLAY", "WAYLAND_DISPLAY", "DJANGO_SETTINGS_MODULE")

#: Role -> words its command line contains.
ROLES = {
    "supervisor": ("manage.py", "up"),
    "broker": ("valkey-server",),
    "web": ("gunicorn",),
    "optimizers": ("celery", "optimizers"),
    "training": ("celery", "training"),
}


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, also of a refused request."""

    status: int
    headers: Message
    text: str
    url: str

    def json(self) -> Any:
        return json.loads(self.text)


class Client:
    """A small HTTP client with cookies: a browser without a screen, or a program with a token."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._jar = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self._jar}

    def get(self, path: str, timeout: float = 30, **headers: str) -> Answer:
        return self._send("GET", path, None, headers, timeout)

    def post(self, path: str, data: Any = None, timeout: float = 30, **headers: str) -> Answer:
        """Post JSON, with the CSRF token if there is a cookie of it."""
        headers = {"Content-Type": "application/json", **headers}
        if secret := self.cookies.get("hpo_csrf"):
            headers["X-CSRFToken"] = secret
        return self._send("POST", path, json.dumps(data or {}).encode(), headers, timeout)

    def _send(self, method: str, path: str, body: bytes | None, headers: Any, timeout: float) -> Answer:
        url = path if path.startswith("http") else self._url + path
        request = urllib.request.Request(url, body, {**self._headers, **headers}, method=method)
        try:
            with self._opener.open(request, timeout=timeout) as found:
                return Answer(found.status, found.headers, found.read().decode(), found.url)
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read().decode(), error.url or url)


class App:
    """`manage.py up` and everything it starts; `close` stops it and asserts that nothing is left."""

    def __init__(self, home: Path, database_url: str | None = None, **environment: str) -> None:
        """`environment`: further variables, for example WORKERS="2" or HPO_LEASE_SECONDS="3"."""
        self.home = home
        #: What starts it: the checkout, unless a test names an installed program.
        self.command: tuple[str, ...] = (sys.executable, str(ROOT / "manage.py"))
        self.mark = secrets.token_hex(8)
        self.port = 0
        #: How long, in seconds, it may take to start or to come to what a test waits for.
        self.patience = START_SECONDS
        self.supervisor: subprocess.Popen[bytes] | None = None
        self._owner: Client | None = None
        inherited = {name: value for name, value in os.environ.items() if name not in QUIET}
        self.environment = inherited | {"HPO_HOME": str(home), MARK: self.mark, "PORT": "0", "HOST": ""}
        self.environment |= {"WORKERS": "2", "PYTHONUNBUFFERED": "1"} | environment
        if database_url:
            self.environment["DATABASE_URL"] = database_url

    # --- life -----------------------------------------------------------------------------------------
    def start(self, wait: bool = True) -> None:
        """Start, on the same port as before; wait until /healthz is ok unless told otherwise."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.environment["PORT"] = str(self.port)
        with (self.home / "up.out").open("wb") as output:
            self.supervisor = subprocess.Popen(
                [*self.command, "up"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environment,
                cwd=self.home,
                start_new_session=True,
                preexec_fn=partial(die_with, os.getpid()) if LINUX else None,
            )
        if wait:
            self.wait_until(lambda: "sign in" in self.output, "the sign-in link is printed")
            self.wait_until(self.healthy, "/healthz is ok")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a management command on the same home and database."""
        return subprocess.run(
            [*self.command, *command],
            env=self.environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=self.patience,
        )

    def stop(self, number: int = signal.SIGINT) -> tuple[int, float]:
        """Ask it to stop, as Ctrl-C does; return the exit code and the seconds it took."""
        assert self.supervisor is not None
        begun = time.monotonic()
        self.supervisor.send_signal(number)
        code = self.supervisor.wait(timeout=60)
        return code, time.monotonic() - begun

    def close(self) -> None:
        """Stop it if it runs; whatever still runs then is killed, and is a failure."""
        if self.supervisor is not None and self.supervisor.poll() is None:
            self.stop(signal.SIGTERM)
        left = self.wait_for_silence()
        for process in left:
            process.kill()
        shutil.rmtree(broker.socket_path(self.home).parent, ignore_errors=True)
        assert not left, f"still running: {left}\n{self.logs()}"

    # --- looking --------------------------------------------------------------------------------------
    @property
    def output(self) -> str:
        """What `up` printed."""
        return (self.home / "up.out").read_text()

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        note = instance.read(self.home)
        assert note is not None
        assert self.supervisor is not None
        assert note.pid == self.supervisor.pid
        self.port = int(note.url.rsplit(":", 1)[1])
        return note.url

    @property
    def sign_in_link(self) -> str:
        """The one-time link it printed."""
        found = re.search(r"http\S+/sign-in/\S+", self.output)
        assert found, self.output
        return found[0]

    def logs(self) -> str:
        """The ends of all logs, for a failure's message."""
        files = [self.home / "up.out", *sorted((self.home / "logs").glob("*.log"))]
        return "\n".join(f"--- {file.name}\n{file.read_text()[-3000:]}" for file in files if file.exists())

    def client(self, token: str | None = None) -> Client:
        return Client(self.url, token)

    def signed_in(self) -> Client:
        """A client of the owner; the first call uses the printed link, which works only once."""
        if self._owner is None:
            self._owner = self.client()
            self._owner.get(self.sign_in_link)
            assert "hpo_session" in self._owner.cookies
        return self._owner

    def make_token(self) -> str:
        made = self.run("token", "create", "--name", "test", "--json")
        assert made.returncode == 0, made.stderr
        return str(json.loads(made.stdout)["token"])

    def health(self) -> Answer:
        return self.client().get("/healthz")

    def healthy(self) -> bool:
        try:
            return self.health().status == 200
        except (OSError, AssertionError):
            return False

    def wait_until(self, true: Callable[[], object], what: str, seconds: float | None = None) -> None:
        """Poll until `true()`; fail with the logs when it takes too long or `up` ends meanwhile."""
        seconds = self.patience if seconds is None else seconds
        deadline = time.monotonic() + seconds
        while not true():
            ended = self.supervisor is None or self.supervisor.poll() is not None
            assert not ended, f"`up` ended while waiting until {what}\n{self.logs()}"
            assert time.monotonic() < deadline, f"not within {seconds} s: {what}\n{self.logs()}"
            time.sleep(0.05)

    # --- processes ------------------------------------------------------------------------------------
    def processes(self) -> list[psutil.Process]:
        """Everything it started that still runs, however deep."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        """By the mark in the environment; the broker overwrites its environment with its title."""
        try:
            if process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
                return False
            socket = str(broker.socket_path(self.home))
            return process.environ().get(MARK) == self.mark or any(
                socket in word for word in process.cmdline()
            )
        except psutil.Error:
            return False

    def pids(self, role: str | None = None) -> list[int]:
        """Process ids: all, or those of supervisor, broker, web, optimizers, training or children.

        `children` are the training processes and the server they are forked from.
        """
        found = {process.pid: self._role(process) for process in self.processes()}
        return [pid for pid, its_role in found.items() if role in (None, its_role)]

    def _role(self, process: psutil.Process) -> str:
        try:
            line = " ".join(process.cmdline())
        except psutil.Error:
            return "gone"
        return next(
            (role for role, words in ROLES.items() if all(word in line for word in words)), "children"
        )

    def kill(self, role: str, number: int = signal.SIGKILL) -> list[int]:
        """Signal every process of a role; return those it reached."""
        reached = []
        for pid in self.pids(role):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
            reached.append(pid)
        if role == "supervisor" and self.supervisor is not None:
            self.supervisor.wait(timeout=60)
        return reached

    def wait_for_silence(self, seconds: float = GONE_SECONDS) -> list[psutil.Process]:
        """Wait until nothing runs any more; return what still does when the time is over."""
        deadline = time.monotonic() + seconds
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return left
