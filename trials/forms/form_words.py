"""The library's messages in the words of the form: From and To for low and high; called by rows and Draft."""

import re

from .refused_values import refused_value

#: What the library says, and what the form calls it; in this order.
REWORDED = (
    (r"^log needs low above 0, and low is (\S+); .*", r"A log scale needs From above 0, not \1"),
    (r"^log and the distribution (\S+) .*", r"A log scale and \1 exclude each other; choose one"),
    (r'^when "(.+?)": (.+?) is not one of its values; choose one of (.*)', r"“\1” is never \2; it can be \3"),
    (r"\blow and high\b", "From and To"),
    (r"^low\b|\blow(?= [-\d])|(?<=give )low$", "From"),
    (r"^high\b|\bhigh(?= [-\d])|(?<=give )high$", "To"),
    (r"(?<![\w.])(-?\d+)\.0(?!\d)", r"\1"),
)
#: A name as code has it keeps its lower case at the start of a sentence.
CODE = re.compile(r"[a-z]*[_\d.=]")


def in_form_words(message: str) -> str:
    """A message of the library as a sentence that uses the names of the form's fields."""
    message = refused_value(message)
    for pattern, words in REWORDED:
        message = re.sub(pattern, words, message)
    return sentence(message)


def sentence(message: str) -> str:
    """The message with a capital, unless it begins with a name of code."""
    return message if CODE.match(message) else message[:1].upper() + message[1:]


def names(message: str, label: str) -> bool:
    """Whether a message says by itself which field it is about."""
    flags = re.NOFLAG if label in ("From", "To") else re.IGNORECASE
    return bool(re.search(rf"\b{re.escape(label)}\b", message, flags))


def about_field(message: str, key: str, label: str) -> str:
    """A message beside a field of the form: called by its label, where the JSON's `key` begins it."""
    begins = f"{key} "
    return label + message[len(key) :] if key and message.startswith(begins) else sentence(message)
