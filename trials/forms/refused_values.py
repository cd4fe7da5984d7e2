"""scikit-learn's refusals of a value in the words of the form; called by `form_words`."""

import re

REFUSED = re.compile(
    r"The '(?P<name>\w+)' parameter of (?P<model>\w+) must be (?P<wanted>.*)\. Got (?P<given>.*) instead\.",
    re.DOTALL,
)
RANGE = re.compile(
    r"an? (?P<kind>int|float) in the range (?P<open>[\[(])(?P<low>[^,]+), (?P<high>[^\])]+)(?P<close>[\])])"
)
WORDS = re.compile(r"a str among \{(.*?)\}", re.DOTALL)
NUMBERS = {"int": "a whole number", "float": "a number"}
ALTERNATIVES = re.compile(
    r"a str among \{.*?\}|an? (?:int|float) in the range [\[(].*?[\])]|an instance of '[^']*'|None", re.DOTALL
)
OTHERS = {"None": "none", "an instance of 'bool'": "true or false"}
MOST_NAMES = 10


def refused_value(message: str) -> str:
    """The message as the form says it; any other message as it is.

    "The 'max_depth' parameter of … must be an int in the range [1, inf) or None. Got 0 instead." becomes
    "0 is not possible here; it takes a whole number from 1 on, or none".
    """
    found = REFUSED.fullmatch(message.strip())
    if found is None:
        return message
    wanted = [words for part in ALTERNATIVES.findall(found["wanted"]) if (words := _alternative(part))]
    takes = f"; it takes {', or '.join(wanted)}" if wanted else ""
    return f"{found['given'].removesuffix('.0')} is not possible here{takes}"


def _alternative(part: str) -> str:
    """One of the things a parameter takes; "" for what no row can say."""
    if found := RANGE.fullmatch(part):
        return f"{NUMBERS[found['kind']]} {_ends(found)}".strip()
    if found := WORDS.fullmatch(part):
        names = sorted(re.findall(r"'([^']*)'", found[1]))
        more = ["…"] if len(names) > MOST_NAMES else []
        return f"one of {', '.join(names[:MOST_NAMES] + more)}" if len(names) > 1 else "".join(names)
    return OTHERS.get(part, "")


def _ends(found: re.Match[str]) -> str:
    low, high = found["low"].removesuffix(".0"), found["high"].removesuffix(".0")
    above = f"from {low}" if found["open"] == "[" else f"above {low}"
    below = f"to {high}" if found["close"] == "]" else f"below {high}"
    if "inf" in low:
        return "" if "inf" in high else below
    return (
        f"{above} on"
        if "inf" in high and found["open"] == "["
        else above
        if "inf" in high
        else f"{above} {below}"
    )
