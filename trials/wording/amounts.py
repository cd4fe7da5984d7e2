"""Numbers, gains, times and counts in words; the package offers them to whoever writes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"
THIN = "\N{NO-BREAK SPACE}"
SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")

#: Decimals beyond these make a number unreadable: it is written with a power of ten instead.
MOST_DECIMALS = 9
LARGEST_PLAIN = 1e7


# --- numbers ------------------------------------------------------------------------------------------
def five(value: float | None) -> str:
    """Write a number with five significant digits, trailing zeros kept: 0.064263, 1,284.0, 2.5000 × 10⁻⁹."""
    return significant(value, 5)


def significant(value: float | None, digits: int) -> str:
    """Write a number with that many significant digits; None and non-finite numbers are a dash."""
    if value is None or not math.isfinite(value):
        return DASH
    if value == 0:
        return "0"
    decimals = digits - 1 - exponent(value, digits)
    if decimals > MOST_DECIMALS or abs(value) >= LARGEST_PLAIN:
        return power_of_ten(value, digits)
    return fixed(value, max(0, decimals))


def exponent(value: float, digits: int = 5) -> int:
    """Return the power of ten of the first digit, after rounding to that many digits (0.99999 → -1)."""
    return int(f"{value:.{digits - 1}e}".partition("e")[2])


def power_of_ten(value: float, digits: int) -> str:
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
    return f"{signed_minus(mantissa)} × 10{str(int(power)).translate(SUPERSCRIPT)}"


def fixed(value: float, decimals: int) -> str:
    """Write a number with so many decimals, thousands separated and a true minus sign."""
    text = f"{value:,.{decimals}f}"
    return signed_minus(text) if any(digit in text for digit in "123456789") else text.lstrip("-")


def signed_minus(text: str) -> str:
    return text.replace("-", MINUS)


def short(value: float | None) -> str:
    """Write a number with at most five significant digits and no trailing zeros: 0.1, 100, 0.00001."""
    text = five(value)
    mantissa, times, power = text.partition(" × ")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return mantissa + times + power


def column(values: Sequence[float | None]) -> list[str]:
    """Write the numbers of one column with the same decimals, so that they can be compared by eye.

    The largest magnitude decides, with five significant digits. Columns that span more than a factor of
    100 would lose too many: there each number keeps five of its own.
    """
    sizes = [abs(value) for value in values if value is not None and math.isfinite(value) and value != 0]
    if not sizes:
        return [five(value) for value in values]
    decimals = 4 - exponent(max(sizes))
    if max(sizes) > 100 * min(sizes) or decimals > MOST_DECIMALS or max(sizes) >= LARGEST_PLAIN:
        return [five(value) for value in values]
    return [
        DASH if value is None or not math.isfinite(value) else fixed(value, max(0, decimals))
        for value in values
    ]


def setting(value: object) -> str:
    """Write a parameter's value: numbers shortened, booleans and None as in Python, text as it is."""
    if value is None or isinstance(value, bool | str):
        return str(value)
    if isinstance(value, int):
        return signed_minus(f"{value:,}" if abs(value) >= 10_000 else str(value))
    return short(value) if isinstance(value, float) else str(value)


def settings_column(values: Sequence[object]) -> list[str]:
    """Write one parameter's values as a column: floats with the same decimals, "" where inactive (None)."""
    present = [value for value in values if value is not None]
    if not present or not all(isinstance(value, float) for value in present):
        return ["" if value is None else setting(value) for value in values]
    texts = column([value if isinstance(value, float) else None for value in values])
    texts = ["" if value is None else text for value, text in zip(values, texts, strict=True)]
    while all(text.endswith("0") and "." in text for text in texts if text) and any(texts):
        texts = [text[:-1].removesuffix(".") for text in texts]
    return texts


def percent(share: float, digits: int = 3) -> str:
    """Write a share as per cent: 0.522 → "52.2 %", 0.0145 → "1.45 %"."""
    number = abs(share) * 100
    if number >= 1000:
        return f"{fixed(number, 0)}{THIN}%"
    decimals = 0 if number == 0 else max(0, min(2, digits - 1 - exponent(number, digits)))
    return f"{fixed(number, decimals)}{THIN}%"


# --- gains --------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Gain:
    """How a value compares with the default's: what the chip and the gain columns show."""

    text: str  # "−52.2 %": the change of the value itself, with its sign
    words: str  # "52.2 % below default"
    better: bool
    worse: bool
    falls: bool
    clear: bool = True  # more than the standard error of the value

    @property
    def tint(self) -> str:
        return "is-good" if self.better and self.clear else "is-idle"

    @property
    def tone(self) -> str:
        return "good" if self.better and self.clear else "muted"

    @property
    def icon(self) -> str:
        return "arrow-narrow-down" if self.falls else "arrow-narrow-up"


def gain(
    value: float | None, default: float | None, maximize: bool, error: float | None = None
) -> Gain | None:
    """Compare a value with the default's; None while one of them is missing or the default is 0.

    A difference within the value's standard error may be chance: it is told, but not praised.
    """
    if value is None or default is None or default == 0:
        return None
    change = (value - default) / abs(default)
    size = percent(change)
    if round(abs(change) * 100, 2) == 0:
        return Gain(f"0{THIN}%", "same as default", False, False, False)
    falls = change < 0
    better = falls != maximize
    side = "below" if falls else "above"
    clear = abs(value - default) > (error or 0.0)
    text, words = f"{MINUS if falls else '+'}{size}", f"{size} {side} default"
    return Gain(text, words, better, not better, falls, clear)


# --- times --------------------------------------------------------------------------------------------
def duration(seconds: float | None) -> str:
    """Write a length of time: "0.42 s", "2.3 s", "40 s", "6 min", "5 h 20 min", "3 d 4 h"."""
    if seconds is None or not math.isfinite(seconds):
        return DASH
    if seconds < 0.995:
        return f"{seconds:.2f}{THIN}s" if seconds >= 0.005 else f"under 0.01{THIN}s"
    if seconds < 9.95:
        return f"{seconds:.1f}{THIN}s"
    if seconds < 90:
        return f"{seconds:.0f}{THIN}s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes}{THIN}min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours}{THIN}h" + (f" {minutes}{THIN}min" if minutes else "")
    days, hours = divmod(hours, 24)
    return f"{days}{THIN}d" + (f" {hours}{THIN}h" if hours else "")


def about(seconds: float) -> str:
    """Write an estimate no finer than it deserves: "about 40 s left"."""
    if seconds < 1:
        return "about a second left"
    if 10 <= seconds < 90:
        seconds = round(seconds / 5) * 5
    elif seconds < 10:
        seconds = math.ceil(seconds)
        return f"about {seconds}{THIN}s left"
    return f"about {duration(seconds)} left"


def ago(then: datetime, now: datetime) -> str:
    """Write how long ago something happened; clock.js ticks it on in the same words."""
    seconds = max(0, int((now - then).total_seconds()))
    if seconds < 2:
        return "just now"
    if seconds < 60:
        return f"{seconds}{THIN}s ago"
    if seconds < 3600:
        return f"{seconds // 60}{THIN}min ago"
    if seconds < 86_400:
        return f"{seconds // 3600}{THIN}h ago"
    days = seconds // 86_400
    return "yesterday" if days == 1 else f"{days} days ago"


# --- words --------------------------------------------------------------------------------------------
def count(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun: "1 trial", "1,284 trials"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does: "gamma, C and kernel"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1] if words else ""]))


def file_size(size: int) -> str:
    """Write bytes in the unit that fits: 940 B, 36.2 KB, 89.3 MB (a KB has 1,000 bytes)."""
    for unit, factor in (("MB", 1e6), ("KB", 1e3)):
        if size >= factor:
            return f"{significant(size / factor, 3)}{THIN}{unit}"
    return f"{size}{THIN}B"


def ordinal(place: int) -> str:
    """Write a place: 1st, 2nd, 3rd, 11th."""
    suffix = "th" if 10 <= place % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place:,}{suffix}"
