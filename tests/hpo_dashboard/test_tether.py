"""Children die with their parent: by the kernel on Linux, by the watchdog elsewhere (tried on Linux too)."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from hpo_dashboard.tether import LINUX

#: A parent with a tethered child; it prints the child's id and how it ended, or 0 while it runs.
TETHERED = """
import os, subprocess, time
from functools import partial
from hpo_dashboard.tether import die_with
child = subprocess.Popen(["sleep", "300"], preexec_fn=partial(die_with, os.getpid() + {off_by}))
time.sleep(0.2)
print(child.pid, child.poll() or 0, flush=True)
time.sleep(300)
"""
#: A parent whose watchdog guards two groups, one of which it has released.
WATCHED = """
import subprocess, time
from hpo_dashboard.tether import Watchdog
dog = Watchdog()
guarded, released = (subprocess.Popen(["sleep", "300"], start_new_session=True) for _ in range(2))
dog.guard(guarded.pid)
dog.guard(released.pid)
dog.release(released.pid)
print(guarded.pid, released.pid, flush=True)
time.sleep(300)
"""
on_linux = pytest.mark.skipif(not LINUX, reason="a service of the Linux kernel")


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def becomes_gone(pid: int) -> bool:
    deadline = time.monotonic() + 30
    while not gone(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return gone(pid)


def start(script: str) -> tuple["subprocess.Popen[str]", list[int]]:
    """Start a parent and return it with the numbers it printed."""
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    return parent, [int(word) for word in parent.stdout.readline().split()]


def kill(parent: "subprocess.Popen[str]") -> None:
    parent.kill()
    parent.wait()
    assert parent.stdout is not None
    parent.stdout.close()  # not read to its end: the grandchildren hold it too


@on_linux
def test_a_tethered_child_dies_with_its_parent():
    parent, (child, status) = start(TETHERED.format(off_by=0))
    assert status == 0
    assert not gone(child)
    kill(parent)
    assert becomes_gone(child)


@on_linux
def test_a_child_whose_parent_is_another_by_the_time_of_the_tether_ends_itself():
    parent, (_, status) = start(TETHERED.format(off_by=1))
    kill(parent)
    assert status == 1


def test_the_watchdog_kills_what_it_guards_and_nothing_it_was_told_to_forget():
    parent, (guarded, released) = start(WATCHED)
    kill(parent)
    assert becomes_gone(guarded)
    assert not gone(released)
    os.kill(released, signal.SIGKILL)
