"""What to do about a failed trial, by the kind of failure and what was said; for trial and failures."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Remedy:
    """`fault` says whose fault it was, `words` what to do; `edit` offers to edit the space."""

    fault: str
    words: str
    edit: bool = False


OWN = (
    "This is the trial's own fault, not the machine's, so it was not tried again. "
    "The optimizer knows that it failed and keeps its distance."
)
KINDS = {
    "memory": Remedy(
        "It wanted more memory than a trial may have.",
        "Narrow the parameters that make the model large, or allow more with HPO_TRIAL_MEMORY_MB and retry.",
        edit=True,
    ),
    "timeout": Remedy(
        "It took longer than a trial may.",
        "Narrow the parameters that make it slow, or allow more with HPO_TRIAL_SECONDS and retry.",
        edit=True,
    ),
    "crash": Remedy(
        "The process ended without a word of Python: a defect in a compiled library, or too little memory.",
        "The log's last lines may tell more. A retry shows whether it happens every time.",
    ),
    "lost": Remedy(
        "This is the machine's fault, not the configuration's.",
        "Look at the workers' memory and logs, then retry.",
    ),
    "non_finite": Remedy(
        OWN,
        "A training that diverges has too large a step: lower the top of the learning rate, or look for a "
        "division by zero in the score.",
        edit=True,
    ),
}
#: Said in place of whose fault it was: the trial's configuration is not the reason.
SET_UP = "The study cannot train as it is set up, whatever the configuration."
#: What exceptions say, and what helps; the first that fits.
MESSAGES = (
    (
        r"(does|do) not support|supports? only|only supports?|not supported|unsupported|incompatible"
        r"|not allowed",
        "These choices exclude each other, or the data: make one a condition of the other, or take one out.",
    ),
    (
        r"must be|should be|expected|invalid|out of range|not a valid|too (large|small|many|few)",
        "A value is outside of what the model takes: narrow its range to what the message names.",
    ),
    (r"converge|singular|ill-conditioned|overflow|underflow", "Narrow the range of what drives it there."),
    (r"\bNaN\b|\binfinity\b|missing values", "The data has missing values that this model cannot take."),
)
OTHER = "Read the traceback: its last line of your own or of the model's code names the reason."

CLONE = "Put right what the message names in a clone of the study (“Clone with changes”)."


def remedy_of(kind: str, exception: str, message: str) -> Remedy:
    """Return what to do about a failure."""
    if kind in KINDS:
        return KINDS[kind]
    if kind == "objective" and re.search(r"data set .* deleted", message):
        return Remedy(SET_UP, "Upload the same file again on the page Data, then retry.")
    for pattern, words in MESSAGES:
        if re.search(pattern, message, re.IGNORECASE):
            return Remedy(OWN, words, edit=True)
    set_up = kind == "objective" and not message.startswith("params")
    return Remedy(SET_UP, CLONE) if set_up else Remedy(OWN, OTHER)
