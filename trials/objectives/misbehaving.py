"""Functions that go wrong on purpose, to try the machinery with; looked up by the objective of kind
"function".
"""

from __future__ import annotations

import ctypes
import math
import mmap
import os
import time

from trials.objectives.base import Context
from trials.objectives.functions import Argument, Arguments, Function, Params, generator, one_x, parabola

MEGABYTE = 1024 * 1024
BLOCK = 16 * MEGABYTE


class TrainingError(RuntimeError):
    """What `fails` and `flaky` raise."""


def fails(params: Params, arguments: Arguments, context: Context) -> float:
    raise TrainingError(f"This function fails on purpose; its parameters were {dict(params)}.")


def flaky(params: Params, arguments: Arguments, context: Context) -> float:
    if generator(context).random() < arguments["share"]:
        raise TrainingError(f"This function fails on purpose in {arguments['share']:.0%} of its trials.")
    return parabola(params, arguments, context)


def hangs(params: Params, arguments: Arguments, context: Context) -> float:
    if arguments["how"] == "with a child":
        print(f"child {os.fork() or os.getpid()}")
    while True:
        if arguments["how"] != "computing":
            time.sleep(3600)


def leaks(params: Params, arguments: Arguments, context: Context) -> float:
    """Holds ever more memory, up to a bound that keeps a machine without limits alive."""
    held: list[object] = []
    while len(held) * BLOCK < arguments["megabytes"] * MEGABYTE:
        if arguments["how"] == "shared":
            shared = mmap.mmap(-1, BLOCK)
            shared.write(b"\x01" * BLOCK)
            held.append(shared)
        else:
            held.append(b"\x01" * BLOCK)
        time.sleep(0.002)
    return parabola(params, arguments, context)


def crashes(params: Params, arguments: Arguments, context: Context) -> float:
    if arguments["how"] == "exit":
        os._exit(3)
    return ctypes.string_at(0)[0]


def not_a_number(params: Params, arguments: Arguments, context: Context) -> float:
    return math.nan


def prints(params: Params, arguments: Arguments, context: Context) -> float:
    line = "All work and no play makes a dull model. " * 25
    for _ in range(math.ceil(arguments["megabytes"] * MEGABYTE / (len(line) + 1))):
        print(line)
    print("The last line.")
    return parabola(params, arguments, context)


WRONG = (
    Function("fails", "Raises an exception in every trial.", fails, one_x, free=True),
    Function(
        name="flaky",
        summary="Raises an exception in some trials; which ones depends on the seed.",
        evaluate=flaky,
        space=one_x,
        arguments=(Argument("share", 0.3, 0.0, 1.0),),
        free=True,
    ),
    Function(
        name="hangs",
        summary="Never returns: only a time limit or a cancellation ends it.",
        evaluate=hangs,
        space=one_x,
        arguments=(Argument("how", "sleeping", choices=("sleeping", "computing", "with a child")),),
        free=True,
    ),
    Function(
        name="leaks",
        summary="Takes ever more memory.",
        evaluate=leaks,
        space=one_x,
        arguments=(
            Argument("megabytes", 2048, 1, 1_000_000),
            Argument("how", "private", choices=("private", "shared")),
        ),
        free=True,
    ),
    Function(
        name="crashes",
        summary="Takes its process down with it.",
        evaluate=crashes,
        space=one_x,
        arguments=(Argument("how", "segfault", choices=("segfault", "exit")),),
        free=True,
    ),
    Function("nan", "Returns NaN instead of a value.", not_a_number, one_x, free=True),
    Function(
        name="prints",
        summary="Prints far more than anybody wants to read.",
        evaluate=prints,
        space=one_x,
        arguments=(Argument("megabytes", 10, 1, 1_000_000),),
        free=True,
    ),
)
