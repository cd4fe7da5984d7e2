"""Runs broker, web server and workers as children of one process; `manage.py up` calls it.

Everything happens in one thread: Linux ends a child when the *thread* that started it ends, and a
process without threads may fork safely. The loop sleeps until a signal arrives (SIGCHLD when a child
ends, SIGINT or SIGTERM to stop) or the health check answers.
"""

import os
import select
import shutil
import signal
import socket
import time
from contextlib import suppress
from functools import partial
from typing import Protocol

from hpo_dashboard import broker
from hpo_dashboard.address import Address
from hpo_dashboard.child import Child
from hpo_dashboard.console import say
from hpo_dashboard.health_probe import HealthProbe
from hpo_dashboard.instance import HomeLock, Instance
from hpo_dashboard.programs import Programs
from hpo_dashboard.tether import LINUX, Watchdog

#: Seconds that web and workers get to stop by themselves; with the broker's turn it stays under five.
GRACE = 3.2
BROKER_GRACE = 0.5
#: How often, in seconds, a start that takes long is explained.
PATIENCE = 20.0
#: Without a signal the loop looks at its children this often, in seconds.
IDLE = 1.0
PROBE_PAUSE = 0.1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Hooks(Protocol):
    """What needs the database, so that the supervisor itself needs nothing but processes."""

    def prepare(self, last: Instance | None) -> list[str]:
        """Bring the tables up to date, tell the running studies that the last run has ended, forget its
        workers, return those that still hold leases.
        """
        ...

    def give_back(self, name: str) -> bool:
        """Return a dead worker's leases; says whether that worked."""
        ...

    def announce(self) -> None:
        """Tell the person where to go, once everything is up."""
        ...


class Supervisor:
    """Starts the children in order, keeps them running, and stops them all."""

    def __init__(
        self, programs: Programs, lock: HomeLock, address: Address, host_header: str, hooks: Hooks
    ) -> None:
        """`host_header`: a name that the web server answers to."""
        self._programs = programs
        self._lock = lock
        self._address = address
        self._hooks = hooks
        self._probe = HealthProbe(address, host_header)
        self._broker: Child | None = None
        self._children: list[Child] = []
        #: Workers that are gone and whose leases are not given back yet.
        self._dead: list[str] = list(lock.previous.workers) if lock.previous else []
        self._stop_asked_at: float | None = None
        self._hurry = False
        self._wake, self._waker = os.pipe()
        self._watchdog = None if LINUX else Watchdog()

    def run(self, listener: socket.socket) -> None:
        """Run until asked to stop; nothing is left running however it ends.

        `listener` listens already: requests wait in it until the web server takes them.
        """
        self._catch_signals()
        try:
            self._start(listener)
            self._watch_over()
        finally:
            listener.close()
            self._stop()

    # --- starting -------------------------------------------------------------------------------------
    def _start(self, listener: socket.socket) -> None:
        self._write_down()
        if self._programs.socket:
            broker.make_private(self._programs.socket.parent)
            self._broker = Child(self._programs.broker, self._watchdog)
            self._launch(self._broker)
        self._dead = self._hooks.prepare(self._lock.previous)
        if self._stop_asked_at is None:
            self._launch(Child(partial(self._programs.web, listener.fileno()), self._watchdog))
            for queue in ("optimizers", "training"):
                self._launch(Child(partial(self._programs.worker, queue), self._watchdog))

    def _launch(self, child: Child) -> None:
        """Start a child; who it is is written down first, for whoever has to clean up after us."""
        if child not in self._children:
            self._children.append(child)
        self._write_down()
        child.start()

    def _write_down(self, stopped: float | None = None) -> None:
        workers = [child.program.worker for child in self._children if child.program.worker]
        try:
            self._lock.write(Instance(os.getpid(), self._address.url, (*workers, *self._dead), stopped))
        except OSError as error:  # a full disk must not end what runs
            say(f"Who runs here could not be written down: {error}")

    def _catch_signals(self) -> None:
        for pipe in (self._wake, self._waker):
            os.set_blocking(pipe, False)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in STOP_SIGNALS:
            # nohup ignores SIGHUP on purpose. SIGINT is caught even where a shell's `&` had it ignored.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._request_stop)

    def _request_stop(self, *_: object) -> None:
        """The first request stops in order; a person's second one stops at once.

        One Ctrl-C may arrive twice (from the terminal and from make), but never a second apart.
        """
        now = time.monotonic()
        if self._stop_asked_at is None:
            self._stop_asked_at = now
        elif now - self._stop_asked_at > 1:
            self._hurry = True

    # --- running --------------------------------------------------------------------------------------
    def _watch_over(self) -> None:
        announced, explain_at = False, time.monotonic() + PATIENCE
        while self._stop_asked_at is None:
            self._restart_the_dead()
            if announced:
                self._sleep(IDLE)
                continue
            self._probe.ask()
            self._sleep(IDLE, self._probe.socket)
            health = self._probe.read()
            if health and health.ok:
                self._hooks.announce()
                announced = True
            elif health:
                if time.monotonic() > explain_at:
                    say(f"Not ready yet ({'; '.join(health.down)}). Logs: {self._programs.logs}")
                    explain_at = time.monotonic() + PATIENCE
                self._sleep(PROBE_PAUSE)

    def _restart_the_dead(self) -> None:
        for child in self._children:
            if how := child.ended():
                say(f"The {child.role} {how}; it is started again. Log: {child.program.log}")
                if child.program.worker:
                    self._dead.append(child.program.worker)
                child.renew()
            if child.due:
                self._launch(child)
        for name in list(self._dead):
            if self._hooks.give_back(name):
                self._dead.remove(name)
                self._write_down()

    def _sleep(self, seconds: float, also: socket.socket | None = None) -> None:
        """Wait until a signal arrives, `also` can be read, or the time is over."""
        waiting: list[int | socket.socket] = [self._wake] if also is None else [self._wake, also]
        select.select(waiting, [], [], seconds)
        with suppress(BlockingIOError):
            while os.read(self._wake, 1024):
                pass

    # --- stopping -------------------------------------------------------------------------------------
    def _stop(self) -> None:
        """Web and workers first, then the broker they talk to; a second Ctrl-C cuts the waiting short."""
        self._probe.close()
        others = [child for child in self._children if child is not self._broker]
        self._stop_all(others, GRACE)
        if self._broker:
            self._stop_all([self._broker], BROKER_GRACE)
            assert self._programs.socket is not None
            shutil.rmtree(self._programs.socket.parent, ignore_errors=True)
        if self._watchdog:
            self._watchdog.close()
        if any(child.program.worker for child in self._children):  # else it never came to run
            self._write_down(stopped=time.time())
        self._lock.release()

    def _stop_all(self, children: list[Child], grace: float) -> None:
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + grace
        while not all(child.stopped() for child in children):
            left = deadline - time.monotonic()
            if left <= 0 or self._hurry:
                break
            self._sleep(min(left, 0.2))
        for child in children:
            child.kill()
