"""Beliefs of where good values are, as people say them (around 0.1, give or take 0.05), and their JSON.

Called by space rows. A normal belief has its spread in the parameter's unit, a log-normal one as a factor;
any other distribution is written as a call.
"""

import math
from collections.abc import Mapping
from typing import Any

from .choices import NotChoices
from .distributions import as_call, called
from .numbers import number, typed

#: What can be chosen, and how it is called.
KINDS = {"": "none", "norm": "normal", "lognorm": "log normal", "other": "other…"}
FIELDS = ("prior", "center", "spread", "belief")


class NotABelief(ValueError):
    """Fields that say no belief; `field` is the one to look at, the message says what to type."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def prior_of(kind: str, center: str, spread: str, belief: str) -> dict[str, Any] | None:
    """The `prior` that the four fields say, None for none.

    Raises:
        NotABelief: with the field at fault.
    """
    if not kind:
        return None
    if kind == "other":
        return dict(_read("belief", belief, called, "name a distribution, such as beta(a = 2, b = 3)"))
    if kind not in KINDS:
        raise NotABelief("prior", f"“{kind[:40]}” is no kind of belief; choose {', '.join(KINDS.values())}")
    middle = _read("center", center, number, "say around which value, such as 0.1")
    width = _read("spread", spread, number, "say how far around it, such as 0.05")
    if kind == "norm":
        if width <= 0:
            raise NotABelief("spread", f"the spread must be above 0, not {spread.strip()}")
        return {"name": "norm", "args": {"loc": middle, "scale": width}}
    if middle <= 0:
        raise NotABelief("center", f"a log-normal belief needs a center above 0, not {center.strip()}")
    if width <= 1:
        raise NotABelief("spread", f"the factor must be above 1, not {spread.strip()}; 10 is a wide one")
    return {"name": "lognorm", "args": {"s": math.log(width), "scale": middle}}


def _read(field: str, text: str, read: Any, remedy: str) -> Any:
    if not text.strip():
        raise NotABelief(field, remedy)
    try:
        return read(text)
    except (NotChoices, ValueError) as error:
        raise NotABelief(field, str(error)) from None


def texts_of(prior: Mapping[str, Any] | None) -> dict[str, Any]:
    """The four fields' texts that say a `prior`, without those that are empty."""
    if not prior:
        return {}
    name, args = prior["name"], prior.get("args") or {}
    if name == "norm" and isinstance(args, Mapping) and set(args) == {"loc", "scale"}:
        return {"prior": "norm", "center": typed(args["loc"]), "spread": typed(args["scale"])}
    if name == "lognorm" and isinstance(args, Mapping) and set(args) == {"s", "scale"}:
        factor = _factor(args["s"])
        if factor is not None:
            return {"prior": "lognorm", "center": typed(args["scale"]), "spread": factor}
    return {"prior": "other", "belief": as_call(prior)}


def _factor(exponent: float) -> str | None:
    """The shortest number whose logarithm is exactly `exponent`, None where there is none."""
    if not 0 < exponent < 100:
        return None
    tries = (float(f"{math.exp(exponent):.{digits}g}") for digits in range(1, 18))
    return next((typed(factor) for factor in tries if math.log(factor) == exponent), None)
