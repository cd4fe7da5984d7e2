"""Functions of several objectives, to try compromises on; looked up by the objective of kind "function".

All are minimised. Sources: Zitzler, Deb & Thiele (2000), Evol. Comput. 8 (zdt1); Binh & Korn (1997), MENDEL;
Viennet, Fonteix & Marc (1996), Int. J. Systems Sci. 27.
"""

from __future__ import annotations

import math
import time

from optimizers import Float, Space
from trials.objectives.base import Context, Evaluation
from trials.objectives.functions import SECONDS, Argument, Arguments, Function, Params, cube


def zdt1(params: Params, arguments: Arguments, context: Context) -> Evaluation:
    """The front is y2 = 1 − √y1, where all parameters but the first are 0."""
    time.sleep(arguments["seconds"])
    first, *rest = (params[f"x{i}"] for i in range(1, arguments["dims"] + 1))
    spread = 1 + 9 * sum(rest) / len(rest)
    return Evaluation((float(first), spread * (1 - math.sqrt(first / spread))))


def binh_korn(params: Params, arguments: Arguments, context: Context) -> Evaluation:
    """Meant with c1 at most 25 and c2 at least 7.7."""
    time.sleep(arguments["seconds"])
    x, y = params["x"], params["y"]
    beside = {"c1": (x - 5) ** 2 + y**2, "c2": (x - 8) ** 2 + (y + 3) ** 2}
    return Evaluation((4 * x**2 + 4 * y**2, (x - 5) ** 2 + (y - 5) ** 2), beside)


def viennet(params: Params, arguments: Arguments, context: Context) -> Evaluation:
    time.sleep(arguments["seconds"])
    x, y = params["x"], params["y"]
    round_ = x**2 + y**2
    slanted = (3 * x - 2 * y + 4) ** 2 / 8 + (x - y + 1) ** 2 / 27 + 15
    return Evaluation((0.5 * round_ + math.sin(round_), slanted, 1 / (round_ + 1) - 1.1 * math.exp(-round_)))


TRADE_OFFS = (
    Function(
        name="zdt1",
        summary="Two objectives, one bent front of compromises: all parameters but the first should be 0.",
        evaluate=zdt1,
        space=cube(0.0, 1.0),
        arguments=(Argument("dims", 4, 2, 100), SECONDS),
        metrics=("y1", "y2"),
    ),
    Function(
        name="binh_korn",
        summary="Two objectives of two parameters; made for the limits c1 at most 25 and c2 at least 7.7.",
        evaluate=binh_korn,
        space=lambda arguments: Space({"x": Float(0.0, 5.0), "y": Float(0.0, 3.0)}),
        arguments=(SECONDS,),
        metrics=("y1", "y2"),
        beside=("c1", "c2"),
    ),
    Function(
        name="viennet",
        summary="Three objectives of two parameters.",
        evaluate=viennet,
        space=lambda arguments: Space({"x": Float(-3.0, 3.0), "y": Float(-3.0, 3.0)}),
        arguments=(SECONDS,),
        metrics=("y1", "y2", "y3"),
    ),
)
