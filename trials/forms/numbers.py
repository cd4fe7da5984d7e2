"""Numbers as people type them (1e-5, 0.00001, −3) and back as short text; called by the form's fields."""

import math
import re

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
#: Longer texts are no number anybody means, and would only make Python work.
LONGEST = 60
#: Beyond it, JSON readers and floats no longer tell neighbouring integers apart.
LARGEST_INTEGER = 2**53
#: Numbers down to 0.00001 are written out, smaller ones with a power of ten.
FEW_ZEROS = 5


class NotANumber(ValueError):
    """A text that is no number the form accepts; the message says why and what to type."""


def plain(text: str) -> str:
    """`text` without outer blanks and with ASCII minus signs, so that pasted numbers are understood."""
    return text.strip().replace("−", "-").replace("–", "-")


def looks_like_number(text: str) -> bool:
    return bool(NUMBER.fullmatch(plain(text)))


def number(text: str) -> int | float:
    """The number that `text` says: an int when written without point and exponent, else a float.

    Raises:
        NotANumber: for anything else, infinity and NaN included.
    """
    cleaned = plain(text)
    shown = cleaned if len(cleaned) <= LONGEST else f"{cleaned[:LONGEST]}…"
    if len(cleaned) <= LONGEST and re.fullmatch(r"[+-]?\d+", cleaned):
        return _exact(int(cleaned), shown)
    if len(cleaned) > LONGEST or not NUMBER.fullmatch(cleaned):
        remedy = "use a point and no commas" if "," in cleaned else "write it like 10, 0.001 or 1e-3"
        raise NotANumber(f"“{shown}” is not a number; {remedy}")
    value = float(cleaned)
    if not math.isfinite(value):
        raise NotANumber(f"“{shown}” is too large for a number; write one below 1e308")
    return value


def whole(text: str) -> int:
    """The whole number that `text` says; 1e3 and 10.0 count.

    Raises:
        NotANumber: for anything else.
    """
    value = number(text)
    if value != int(value):
        below, above = math.floor(value), math.ceil(value)
        raise NotANumber(f"{plain(text)} is not a whole number; write {below} or {above}")
    return _exact(int(value), plain(text))


def _exact(value: int, shown: str) -> int:
    if abs(value) > LARGEST_INTEGER:
        raise NotANumber(f"“{shown}” is too large for a whole number; stay within ±9007199254740992")
    return value


def typed(value: int | float) -> str:
    """The shortest text that reads back as the same number: 0.00001, 1e-6, 1000 and not 1000.0."""
    if isinstance(value, int):
        return str(value)
    mantissa, _, exponent = repr(value).partition("e")
    power = int(exponent or 0)
    if not exponent or not -FEW_ZEROS <= power < 0:
        short = mantissa.removesuffix(".0") if abs(value) <= LARGEST_INTEGER or exponent else mantissa
        return short + (f"e{power}" if exponent else "")
    digits = len(mantissa.replace(".0", "").replace(".", "").lstrip("-"))
    return f"{value:.{digits - 1 - power}f}"
