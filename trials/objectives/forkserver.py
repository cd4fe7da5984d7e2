"""The process that trainings are forked from: it has imported what they need and never fitted anything.

Started by `launcher` as `python -m trials.objectives.forkserver FD GROUND PARENT`; a ground of "numpy" has
little memory to copy, so that its forks cost half of those of "scikit-learn". Requests come over FD, each
a fixed-size record: START brings a training's three descriptors (its channel, its output, its status pipe),
KILL names a process. When a training is over, its group is killed, it is reaped, and its exit goes into
its status pipe. The server ends, with all its trainings, when the socket closes or its parent is gone.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import resource
import selectors
import signal
import socket
import struct
import sys
import threading
import traceback

from trials.objectives import base, runner
from trials.objectives.base import Ground

RECORD = struct.Struct("!cq")
START, KILL = b"S", b"K"
PARENT_CHECK_SECONDS, ORPHAN_CHECK_SECONDS = 1.0, 0.1
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
HIGHEST_DESCRIPTOR = 4096

#: What trainings need beside the models' own modules.
PRELOADED = (
    "sklearn.compose",
    "sklearn.decomposition",
    "sklearn.feature_selection",
    "sklearn.impute",
    "sklearn.metrics",
    "sklearn.model_selection",
    "sklearn.multioutput",
    "sklearn.pipeline",
    "sklearn.preprocessing",
)


def preload(ground: Ground) -> None:
    """Import all that a training on this ground needs, so that no training pays for it."""
    base.kinds()
    if ground == "scikit-learn":
        preload_learning()
    gc.collect()
    gc.freeze()


def preload_learning() -> None:
    """Import scikit-learn and the models, and load the data sets that are small."""
    from trials.objectives import datasets, models

    # scikit-learn imports pandas where it finds it, only to know its version: a third of all the memory.
    sys.modules["pandas"] = None  # type: ignore[assignment]
    for name in PRELOADED:
        importlib.import_module(name)
    for module in sorted({spec.estimator.rpartition(".")[0] for spec in models.available_models()}):
        # An optional package that is broken fails the trials that ask for it, and no others.
        with contextlib.suppress(Exception):
            importlib.import_module(module)
    for dataset in datasets.available_datasets():
        datasets.load(dataset.name)
    del sys.modules["pandas"]


def kill_group(pid: int) -> None:
    """Kill `pid` and everything in its process group; silent when nothing is left."""
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except OSError:
            continue


class ForkServer:
    """Forks, kills and reaps trainings until its parent is gone."""

    def __init__(self, control: socket.socket, parent: int) -> None:
        self.control = control
        self.parent, self.pid = parent, os.getpid()
        self.status_pipes: dict[int, int] = {}
        self.libc = ctypes.CDLL(None) if sys.platform == "linux" else None
        # Nothing is ever written: the read end closes when the server is gone.
        self.lifeline = os.pipe()
        self.wakeup, wakeup_end = socket.socketpair()
        wakeup_end.setblocking(False)
        self.wakeup_end = wakeup_end
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.set_wakeup_fd(wakeup_end.fileno(), warn_on_full_buffer=False)
        if self.libc:
            # Orphaned grandchildren come here to be reaped, not to a first process that may not do it.
            self.libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def end_if_orphaned(self) -> None:
        """Look now and then, until `run` does, whether the parent is still there: importing takes seconds."""
        signal.signal(signal.SIGALRM, lambda *_: os.getppid() == self.parent or os._exit(1))
        signal.setitimer(signal.ITIMER_REAL, ORPHAN_CHECK_SECONDS, ORPHAN_CHECK_SECONDS)

    def run(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        selector = selectors.DefaultSelector()
        selector.register(self.control, selectors.EVENT_READ, self.serve)
        selector.register(self.wakeup, selectors.EVENT_READ, self.reap)
        alive = True
        while alive and os.getppid() == self.parent:
            for key, _ in selector.select(PARENT_CHECK_SECONDS):
                alive = key.data() is not False and alive
        for pid in list(self.status_pipes):
            kill_group(pid)
        while self.status_pipes:
            self.reap_one(os.wait4(-1, 0))

    def serve(self) -> bool:
        """Answer one request; False when there is nobody left to ask."""
        try:
            record, descriptors, _, _ = socket.recv_fds(self.control, RECORD.size, 3)
        except ConnectionError:
            return False
        if not record:
            return False
        action, pid = RECORD.unpack(record)
        if action == START:
            self.start(*descriptors)
        elif pid in self.status_pipes:
            kill_group(pid)
        return True

    def start(self, channel: int, output: int, status: int) -> None:
        try:
            pid = os.fork()
        except OSError as error:
            os.write(status, json.dumps({"error": f"the system gives no new process: {error}"}).encode())
            os.close(status)
        else:
            if pid == 0:
                self.become_training(channel, output)
            self.status_pipes[pid] = status
        os.close(channel)
        os.close(output)

    def become_training(self, channel: int, output: int) -> None:
        """The forked side: never returns."""
        code = 70
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGXCPU):
                signal.signal(number, signal.SIG_DFL)
            self.die_with_server()
            os.dup2(output, 1)
            os.dup2(output, 2)
            self.close_all_but(channel)
            runner.run(socket.socket(fileno=channel))
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)

    def die_with_server(self) -> None:
        """End this training, whatever it does, as soon as the server is gone."""
        if self.libc:
            self.libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        else:
            os.close(self.lifeline[1])
            threading.Thread(target=end_with, args=(self.lifeline[0],), daemon=True).start()
        if os.getppid() != self.pid:
            os._exit(1)

    def close_all_but(self, channel: int) -> None:
        kept = sorted({channel} if self.libc else {channel, self.lifeline[0]})
        for low, high in zip([2, *kept], [*kept, HIGHEST_DESCRIPTOR], strict=True):
            os.closerange(low + 1, high)

    def reap(self) -> None:
        self.wakeup.recv(4096)
        while True:
            try:
                ended = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if ended[0] == 0:
                return
            self.reap_one(ended)

    def reap_one(self, ended: tuple[int, int, resource.struct_rusage]) -> None:
        pid, status, usage = ended
        pipe = self.status_pipes.pop(pid, None)
        if pipe is None:
            return
        kill_group_left_by(pid)
        report = {
            "returncode": os.waitstatus_to_exitcode(status),
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "peak_mb": usage.ru_maxrss / (1024 if self.libc else 1024 * 1024),
        }
        with contextlib.suppress(BrokenPipeError):  # nobody listens to a process that got no job
            os.write(pipe, json.dumps(report).encode())
        os.close(pipe)


def kill_group_left_by(pid: int) -> None:
    """Kill what a reaped leader left in its group; the group's number stays taken as long as it has a
    member.
    """
    try:
        os.killpg(pid, signal.SIGKILL)
    except OSError:
        return


def end_with(lifeline: int) -> None:
    """Wait until the other end of `lifeline` closes, then kill this process's group."""
    os.read(lifeline, 1)
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    server = ForkServer(control, parent=int(sys.argv[3]))
    server.end_if_orphaned()
    preload(sys.argv[2])  # type: ignore[arg-type]
    server.run()


if __name__ == "__main__":
    main()
