"""The programs that `up` runs: what each is called, its command line and its environment."""

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from hpo_dashboard import broker
from hpo_dashboard.child import Program

PACKAGE = Path(__file__).resolve().parent
#: A slow fit must not hold up another study's suggestions; these slots wait more than they compute.
OPTIMIZER_SLOTS = 4
#: Trainings share the machine by slots; numeric libraries that start threads of their own would fight them.
ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "NUMEXPR_NUM_THREADS",
    ),
    "1",
)


#: Django's checks would import every page and chart into the worker.
WORKER_ENVIRONMENT = {"CELERY_SKIP_CHECKS": "1"}


def worker_command(queue: str, slots: int, name: str) -> list[str]:
    """Return the command line of a Celery worker that serves one queue with so many threads."""
    options = {
        "--pool": "threads",
        "--concurrency": str(slots),
        "--queues": queue,
        "--hostname": f"{name}@%h",
    }
    words = [word for pair in options.items() for word in pair]
    words += ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]
    return [sys.executable, "-m", "celery", "-A", "hpo_dashboard.celery", "worker", *words]


class Programs:
    """Makes the programs of one home; `slots` is how many trainings run at once."""

    def __init__(self, home: Path, slots: int, environment: Mapping[str, str]) -> None:
        """REDIS_URL in the environment replaces the embedded broker; `socket` is None then.

        Raises BrokerError when the embedded broker is wanted and there is none.
        """
        #: The embedded broker's socket.
        self.socket = None if environment.get("REDIS_URL") else broker.socket_path(home)
        self.logs = home / "logs"
        self._slots = slots
        self._environment = {**environment, **ONE_THREAD, "HPO_HOME": str(home), "PYTHONUNBUFFERED": "1"}
        if self.socket:
            self._environment["REDIS_URL"] = broker.url(self.socket)
            self._broker_command = broker.command(self.socket)
        if (PACKAGE.parent / "manage.py").is_file():
            # A checkout is not installed: the children find it wherever `up` was called from.
            paths = [str(PACKAGE.parent), environment.get("PYTHONPATH", "")]
            self._environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))

    @property
    def redis_url(self) -> str:
        return self._environment["REDIS_URL"]

    def broker(self) -> Program:
        """The embedded broker; only when `socket` is set."""
        return Program("broker", self._broker_command, self._log("broker"), self._environment)

    def web(self, listener: int) -> Program:
        """The web server, on a listening socket of ours given by its descriptor."""
        options = ["--config", "python:hpo_dashboard.gunicorn", "--bind", f"fd://{listener}"]
        command = [sys.executable, "-m", "gunicorn", *options, "hpo_dashboard.wsgi"]
        return Program("web server", command, self._log("web"), self._environment, files=(listener,))

    def worker(self, queue: str) -> Program:
        """A Celery worker for one queue, under a name that no other incarnation ever had."""
        slots = self._slots if queue == "training" else OPTIMIZER_SLOTS
        name = f"{queue}-{secrets.token_hex(4)}"
        command = worker_command(queue, slots, name)
        environment = {**self._environment, **WORKER_ENVIRONMENT, "HPO_WORKER": name}
        role = "optimizer worker" if queue == "optimizers" else "training worker"
        return Program(role, command, self._log(queue), environment, worker=name)

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"
